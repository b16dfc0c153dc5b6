package orders

import (
	"cmp"
	"math/bits"
	"slices"
)

// Whole is the sum of the shares of an order's funders.
const Whole = 10_000

// split shares an amount out by weights that add up to more than zero. The parts add up to the amount to the cent:
// what rounding down leaves goes to the largest remainders, the first of equal ones first.
func split(amount int64, weights []int64) []int64 {
	parts := make([]int64, len(weights))
	total := int64(0)
	for _, w := range weights {
		total += w
	}
	if total <= 0 {
		return parts
	}
	negative := amount < 0
	if negative {
		amount = -amount
	}
	rests := make([]uint64, len(weights))
	left := amount
	for i, w := range weights {
		high, low := bits.Mul64(uint64(amount), uint64(w))
		part, rest := bits.Div64(high, low, uint64(total))
		parts[i], rests[i] = int64(part), rest
		left -= parts[i]
	}
	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rests[b], rests[a]) })
	for _, i := range order[:left] {
		parts[i]++
	}
	if negative {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts
}
