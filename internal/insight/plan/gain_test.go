package plan

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// TestTheGainHoldsInEveryWorld draws pupils one by one, lends devices and hands kits out, and counts who
// becomes able to go on learning.
func TestTheGainHoldsInEveryWorld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "pupils")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "world"), 7))
		meets := make([][conditions]bool, n)
		st := standing{n: int64(n)}
		for c := range conditions {
			count := int64(0)
			for i := range meets {
				if meets[i][c] = random.IntN(4) > 0; meets[i][c] {
					count++
				}
			}
			st.holds[c] = Range{max(0, count-int64(random.IntN(3))), min(int64(n), count+int64(random.IntN(3)))}
		}
		ready := func() (k int64) {
			for i := range meets {
				if meets[i] == [conditions]bool{true, true, true, true, true} {
					k++
				}
			}
			return k
		}
		before := ready()
		var a added
		lent := random.IntN(n + 1)
		a.raise("device", int64(lent), &st, 1)
		kits := random.IntN(2)
		a.raise("kit", int64(kits), &st, 1)
		for i := range meets {
			if lent > 0 && !meets[i][conditionDevice] {
				meets[i][conditionDevice] = true
				lent--
			}
			if kits > 0 && random.IntN(2) > 0 { // the class's room may or may not be connected
				meets[i][conditionTeaching] = true
			}
		}
		gain := st.gain(&a, together)
		if won := ready() - before; won < gain.Sure || won > gain.Possible {
			t.Fatalf("%d pupils won, said %+v", won, gain)
		}
	})
}

func TestAGainIsTheLentDevicesWhenAllElseIsKnownAndMet(t *testing.T) {
	st := standing{n: 25, holds: [conditions]Range{{20, 20}, {25, 25}, {25, 25}, {25, 25}, {25, 25}}}
	var a added
	a.raise("device", 3, &st, 1)
	if got := st.gain(&a, together); got != (Range{3, 3}) {
		t.Errorf("three devices win %+v", got)
	}
	a = added{}
	a.raise("device", 9, &st, 1)
	if got := st.gain(&a, together); got != (Range{5, 5}) {
		t.Errorf("nine devices for five pupils win %+v", got)
	}
}

// TestADeviceSurelyHelpsWhoLacksNothingElse draws classes whose rooms and teachers are ready, counts what
// each lacks, lends devices to anybody who has none, and counts who becomes able to go on learning.
func TestADeviceSurelyHelpsWhoLacksNothingElse(t *testing.T) {
	tight := 0
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "world"), 9))
		var c Census
		var lacking []bool // of each pupil without a device: lacks nothing else
		for range rapid.IntRange(1, 4).Draw(t, "classes") {
			without, noVideo, noFamily := int32(0), int32(0), int32(0)
			for range random.IntN(12) {
				device, video, family := random.IntN(3) > 0, random.IntN(8) > 0, random.IntN(8) > 0
				if !video {
					noVideo++
				}
				if !family {
					noFamily++
				}
				if !device {
					without++
					lacking = append(lacking, video && family)
				}
			}
			c.OnlyDevice += max(0, without-noVideo-noFamily)
		}
		c.LackingMost = Known(int32(len(lacking) + random.IntN(3)))
		random.Shuffle(len(lacking), func(i, j int) { lacking[i], lacking[j] = lacking[j], lacking[i] })
		lent := random.IntN(len(lacking) + 2)
		won := int64(0)
		for _, ready := range lacking[:min(lent, len(lacking))] {
			if ready {
				won++
			}
		}
		sure := c.alone(int64(lent))
		if sure > won {
			t.Fatalf("%d pupils won, surely %d of %+v", won, sure, c)
		}
		if sure > 0 {
			tight++
		}
	})
	if tight == 0 {
		t.Error("nothing was ever sure")
	}
}
