package plan

// schoolYear is a school in one school year.
type schoolYear struct {
	school key
	year   string
}

// class is an open class with its census, as the database has them.
type class struct {
	schoolYear
	elementary                               Tri
	pupils                                   Opt  // as the directory lists them
	sized                                    bool // the census knows how many pupils there are
	size                                     int32
	device, video, family, teaching, trained lack
	display, kit                             Tri
}

// lack is how many lack a thing: pupils, or for teaching and training 1 when the class does.
type lack struct{ least, most int32 }

// exact tells whether it is known how many lack the thing.
func (l lack) exact() bool { return l.least == l.most }

// classOf reads a class from a row of readClasses.
func classOf(row *[19]any) class {
	number := func(i int) int32 { n, _ := row[i].(int64); return int32(n) }
	yes := func(i int) Tri {
		switch n, known := row[i].(int64); {
		case !known:
			return Unknown
		case n == 1:
			return Yes
		}
		return No
	}
	text := func(i int) string { t, _ := row[i].(string); return t }
	c := class{schoolYear: schoolYear{key{text(0), text(1)}, text(2)}, elementary: yes(3), sized: number(5) == 1, size: number(6),
		device: lack{number(7), number(8)}, video: lack{number(9), number(10)}, family: lack{number(11), number(12)},
		teaching: lack{number(13), number(14)}, trained: lack{number(15), number(16)}, display: yes(17), kit: yes(18)}
	if n, known := row[4].(int64); known {
		c.pupils = Known(int32(n))
	}
	return c
}

// classes adds up the classes of a school in a school year.
type classes struct {
	schoolYear
	number, pupils, unsized       int32
	elementary, unlevelled        int32
	exact, lackingMost, unbounded int32
	census                        Census
	displays, kits                Tally
	ready                         Ready
}

func (s *classes) add(c *class) {
	s.number++
	switch {
	case c.sized:
		s.pupils += c.size
	case c.pupils.Known:
		s.pupils += c.pupils.Value
	default:
		s.unsized++
	}
	s.kits.count(c.kit)
	switch c.elementary {
	case Unknown:
		s.unlevelled++
	case Yes:
		s.addElementary(c)
	}
	if !c.sized {
		return
	}
	s.ready.Pupils += c.size
	s.ready.Device.addRest(c.size, c.device)
	s.ready.Video.addRest(c.size, c.video)
	s.ready.Family.addRest(c.size, c.family)
	s.ready.Teaching.addWhole(c.size, c.teaching)
	s.ready.Trained.addWhole(c.size, c.trained)
}

// addElementary adds what the loans and the walls ask of elementary classes alone.
func (s *classes) addElementary(c *class) {
	s.elementary++
	s.displays.count(c.display)
	switch {
	case !c.sized && c.pupils.Known:
		s.lackingMost += c.pupils.Value
	case !c.sized:
		s.unbounded++
	}
	if !c.sized {
		return
	}
	s.lackingMost += c.device.most
	if c.device.exact() {
		s.exact++
		s.census.DeviceOf += c.size
		s.census.WithoutDevice += c.device.least
	}
	if c.video.exact() {
		s.census.ConnectionOf += c.size
		s.census.WithoutConnection += c.video.least
	}
	if c.teaching.most == 0 && c.trained.most == 0 {
		s.census.OnlyDevice += max(0, c.device.least-c.video.most-c.family.most)
	}
}

func (t *Tally) count(answer Tri) {
	switch answer {
	case Yes:
		t.Yes++
	case No:
		t.No++
	}
}

// addRest adds those of n pupils who do not lack the thing.
func (r *Range) addRest(n int32, l lack) {
	r.Sure += int64(n - l.most)
	r.Possible += int64(n - l.least)
}

// addWhole adds all n pupils of a class that does not lack the thing.
func (r *Range) addWhole(n int32, l lack) {
	if l.most == 0 {
		r.Sure += int64(n)
	}
	if l.least == 0 {
		r.Possible += int64(n)
	}
}

// close writes the sums into the school, unless it is closed. A later year takes the place of the one before, so
// years are closed in their order.
func (s *classes) close(schools []School, at map[key]int) {
	i, open := at[s.school]
	if !open {
		return
	}
	school := &schools[i]
	school.Classes = Known(s.number)
	if s.unsized == 0 && (!school.Pupils.Known || school.PupilsYear < s.year) {
		school.Pupils, school.PupilsYear = Known(s.pupils), s.year
	}
	school.ElementaryClasses = Opt{}
	if s.unlevelled == 0 {
		school.ElementaryClasses = Known(s.elementary)
	}
	if s.unlevelled == 0 && s.unbounded == 0 {
		s.census.LackingMost = Known(s.lackingMost)
	}
	s.census.Complete = s.unlevelled == 0 && s.elementary > 0 && s.exact == s.elementary
	school.Census, school.Displays, school.Kits, school.Ready = s.census, s.displays, s.kits, s.ready
}
