package demo

import (
	"context"
	"math/rand/v2"
	"strconv"

	"preau/internal/insight/readiness"
)

// answers invents what a school says of its classes. The second wave knows more, and has a little more.
func (s *School) answers(r *rand.Rand, wave int) map[string]readiness.Raw {
	list := map[string]readiness.Raw{}
	need := 0.5 // of pupils, how far from the best: falls as the IPS rises
	if s.IPS != nil {
		need = min(0.95, max(0.05, (150-*s.IPS)/95))
	}
	equipped := r.Float64() < 0.55-0.2*need
	for i, c := range s.Classes {
		if r.Float64() >= s.answering || (wave == 0 && r.Float64() < 0.35) {
			continue
		}
		list[s.ClassID(i)] = c.answer(r, need, wave, equipped)
	}
	return list
}

func (c *Class) answer(r *rand.Rand, need float64, wave int, equipped bool) readiness.Raw {
	n := len(c.Pupils)
	share := func(mean float64) int {
		return max(0, min(n, int(float64(n)*(mean+0.09*r.NormFloat64())+0.5)))
	}
	device := share(0.99 - 0.45*need + 0.04*float64(wave))
	count := func(v int) string {
		if r.Float64() < 0.07 {
			return "?"
		}
		return strconv.Itoa(v)
	}
	word := func(likely float64) string {
		switch x := r.Float64(); {
		case x < 0.06:
			return "?"
		case x < 0.06+0.94*likely:
			return "oui"
		}
		return "non"
	}
	raw := readiness.Raw{strconv.Itoa(n), count(device), count(min(device, share(0.22*need))), count(share(0.97 - 0.35*need)), count(share(0.99 - 0.2*need)),
		[]string{"app", "app", "sms", "phone", "paper"}[r.IntN(5)], word(0.8), word(0.7), word(0.25), word(0.85), word(0.35 + 0.15*float64(wave))}
	if equipped {
		raw[7], raw[8] = "oui", "oui"
	}
	if device == 0 {
		raw[2] = "0"
	}
	if raw[1] == "?" {
		raw[2] = "?"
	}
	return raw
}

// answerCensus sends the schools' answers as their heads would.
func (w *World) answerCensus(ctx context.Context, service *readiness.Service, wave int) error {
	r := rand.New(rand.NewPCG(seed, uint64(wave)+1))
	for _, s := range w.Schools {
		answers := s.answers(r, wave)
		if len(answers) == 0 {
			continue
		}
		census, err := service.Census(ctx, s.UAI)
		if err != nil {
			return err
		}
		var submitted []readiness.Submitted
		for _, class := range census.Classes {
			if raw, ok := answers[class.ID]; ok {
				submitted = append(submitted, readiness.Submitted{Class: class.ID, Version: class.Version, Raw: raw})
			}
		}
		if _, err := service.Answer(ctx, s.UAI, submitted); err != nil {
			return err
		}
	}
	return nil
}
