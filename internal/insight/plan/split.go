package plan

import (
	"cmp"
	"math/bits"
	"slices"

	"preau/internal/territory/programme"
)

// divide shares a total in proportion to the weights, exactly: each gets its part rounded down, and the
// units left over go to the largest remainders, ties in order. Weights that add up to 0 give nothing.
func divide(total int64, weights []int64) []int64 {
	parts := make([]int64, len(weights))
	sum := uint64(0)
	for _, w := range weights {
		sum += uint64(w)
	}
	if sum == 0 {
		return parts
	}
	type remainder struct {
		place int
		rest  uint64
	}
	rests := make([]remainder, len(weights))
	left := total
	for i, w := range weights {
		hi, lo := bits.Mul64(uint64(total), uint64(w))
		part, rest := bits.Div64(hi, lo, sum)
		parts[i] = int64(part)
		left -= int64(part)
		rests[i] = remainder{i, rest}
	}
	slices.SortStableFunc(rests, func(a, b remainder) int { return cmp.Compare(b.rest, a.rest) })
	for i := range left {
		parts[rests[i].place]++
	}
	return parts
}

// weigh returns what each territory weighs in a split, and for each the facts that were unknown.
func (a assumptions) weigh(split *programme.Split, codes []string, schools []School) ([]int64, []missing) {
	weights, unknown := make([]int64, len(codes)), make([]missing, len(codes))
	switch split.By {
	case programme.SplitEqual:
		for i := range weights {
			weights[i] = 1
		}
		return weights, unknown
	case programme.SplitShares:
		for i, code := range codes {
			weights[i] = split.Shares[code]
		}
		return weights, unknown
	}
	place := make(map[string]int, len(codes))
	for i, code := range codes {
		place[code] = i
	}
	for i := range schools {
		at, in := place[schools[i].Territory]
		if !in {
			continue
		}
		if split.By == programme.SplitSchools {
			weights[at]++
			continue
		}
		n, miss := a.pupils(&schools[i])
		weights[at] += int64(n)
		unknown[at] |= miss
	}
	return weights, unknown
}
