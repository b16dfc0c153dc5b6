package accounts

import (
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"

	"preau/internal/base/errs"
)

// throttle makes who fails too often wait, each time twice as long. It counts in memory: a flood of failures
// must not become a flood of writes. What it knows of a person is a hash.
type throttle struct {
	free  int   // attempts before the first wait
	first int64 // ms, the first wait
	most  int64 // ms, the longest
	leak  int64 // ms after which one failure is forgotten: a school's address is never quiet
	size  int   // keys that are kept

	mu   sync.Mutex
	keys map[throttleKey]*attempts
}

type throttleKey [16]byte

type attempts struct {
	failed int
	until  int64 // no attempt before
	leaked int64 // when failures were last forgotten
}

// newThrottle returns a throttle that forgets the free attempts in the time told.
func newThrottle(free int, first, most, forget time.Duration) *throttle {
	return &throttle{free: free, first: first.Milliseconds(), most: most.Milliseconds(), leak: forget.Milliseconds() / int64(free),
		size: 50_000, keys: map[throttleKey]*attempts{}}
}

// age forgets the failures that are old enough.
func (t *throttle) age(a *attempts, now int64) {
	steps := (now - a.leaked) / t.leak
	a.failed = max(0, a.failed-int(steps))
	a.leaked += steps * t.leak
}

func keyOf(kind, value string) throttleKey {
	sum := sha256.Sum256([]byte(kind + "\x00" + value))
	return throttleKey(sum[:16])
}

// addressKey is that of a network address; the addresses of one home in IPv6 are the last 64 bits.
func addressKey(address string) throttleKey {
	if ip, err := netip.ParseAddr(address); err == nil {
		ip = ip.Unmap().WithZone("")
		if ip.Is6() {
			if prefix, err := ip.Prefix(64); err == nil {
				return keyOf("address", prefix.String())
			}
		}
		return keyOf("address", ip.String())
	}
	return keyOf("address", address)
}

// attempt counts an attempt as failed and returns how many there have been, or the ms to wait before the next.
// It counts first and is told of success after, so that a hundred attempts at once are not one.
func (t *throttle) attempt(now int64, key throttleKey) (failed int, wait int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.keys[key]
	if a == nil {
		t.makeRoom(now)
		a = &attempts{leaked: now}
		t.keys[key] = a
	}
	t.age(a, now)
	if now < a.until {
		return a.failed, a.until - now
	}
	a.failed++
	if over := a.failed - t.free; over >= 0 {
		a.until = now + min(t.first<<min(over, 20), t.most)
	}
	return a.failed, 0
}

// forgive takes n failures back, and returns how many there had been.
func (t *throttle) forgive(key throttleKey, n int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.keys[key]
	if a == nil {
		return 0
	}
	had := a.failed
	if a.failed -= n; a.failed <= 0 {
		delete(t.keys, key)
	} else if a.failed < t.free {
		a.until = 0
	}
	return had
}

// makeRoom drops, when there are too many keys, those that failed least: a flood of invented names must not push
// out the one that is being guessed at.
func (t *throttle) makeRoom(now int64) {
	for limit := 0; len(t.keys) >= t.size; limit++ {
		for key, a := range t.keys {
			t.age(a, now)
			if now >= a.until && a.failed <= limit || limit > t.free {
				delete(t.keys, key)
			}
		}
	}
}

// tooMany is the error that says how long to wait.
func tooMany(wait int64) error {
	seconds := (wait + 999) / 1000
	if seconds < 120 {
		return errs.New(errs.TooMany, "accounts.throttled.seconds", "n", seconds)
	}
	return errs.New(errs.TooMany, "accounts.throttled.minutes", "n", (seconds+59)/60)
}
