package orders

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func TestTheSharesOfFundersAddUpToTheCent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(-1_000_000_000_00, 1_000_000_000_00).Draw(t, "amount")
		weights := rapid.SliceOfN(rapid.Int64Range(1, Whole), 1, 8).Draw(t, "weights")
		parts := split(amount, weights)
		sum, total := int64(0), int64(0)
		for _, w := range weights {
			total += w
		}
		for i, part := range parts {
			sum += part
			exact := float64(amount) * float64(weights[i]) / float64(total)
			if diff := float64(part) - exact; diff <= -1.01 || diff >= 1.01 {
				t.Fatalf("%d of %d by %v is %d, exactly %f", i, amount, weights, part, exact)
			}
		}
		if sum != amount {
			t.Fatalf("%v add up to %d, not %d", parts, sum, amount)
		}
	})
}

func TestThirdsOfAHundredCents(t *testing.T) {
	if got := split(100, []int64{3333, 3333, 3334}); !reflect.DeepEqual(got, []int64{33, 33, 34}) {
		t.Errorf("%v", got)
	}
}
