package readiness

// Means are what the programme has brought to a class and still works: what its facts tell since the census was answered.
type Means struct {
	Devices  int `json:"devices,omitempty"` // lent to pupils
	Videos   int `json:"videos,omitempty"`  // SIM cards and hotspots lent to pupils
	Displays int `json:"displays,omitempty"`
	Laptops  int `json:"laptops,omitempty"`
	Kits     int `json:"kits,omitempty"`
}

// plus returns the means with others added, or taken when they are negative.
func (m Means) plus(o Means) Means {
	return Means{m.Devices + o.Devices, m.Videos + o.Videos, m.Displays + o.Displays, m.Laptops + o.Laptops, m.Kits + o.Kits}
}

// said is an answer with the means that the class had when it was given.
type said struct {
	Answer Answer `json:"answer"`
	Means  Means  `json:"means"`
}

// with returns the answer as it stands now that the class has these means. What came since the answer is added to a count that it
// knows, what went is taken from it; a count that it does not know has the means as its lower bound. In the classroom, what came
// makes a yes; a yes that rested on what has gone since becomes a no.
func (s said) with(now Means) Answer {
	a, before := s.Answer, s.Means
	a.Lent, a.LentVideo = max(0, now.Devices), max(0, now.Videos)
	a.Device = a.Device.moved(now.Devices-before.Devices, a.Pupils)
	a.Video = a.Video.moved(now.Videos-before.Videos, a.Pupils)
	if d, known := a.Device.Get(); known {
		if shared, also := a.Shared.Get(); also && shared > d {
			a.Shared = a.Device
		}
	}
	a.Display = a.Display.moved(before.Displays, now.Displays)
	a.Laptop = a.Laptop.moved(before.Laptops, now.Laptops)
	a.Kit = a.Kit.moved(before.Kits, now.Kits)
	return a
}

// moved returns the count changed by so many, never below none nor above the pupils of the class.
func (c Count) moved(by int, pupils Count) Count {
	n, known := c.Get()
	if !known || by == 0 {
		return c
	}
	n = max(0, n+by)
	if all, sized := pupils.Get(); sized {
		n = min(n, all)
	}
	return CountOf(n)
}

// moved returns what is known of a thing in the classroom when so many of it were there at the answer and so many are now.
func (t Ternary) moved(before, now int) Ternary {
	switch {
	case now > before:
		return Yes
	case now < before && now <= 0 && t == Yes:
		return No
	}
	return t
}
