package accounts

import (
	"crypto/sha256"
	"maps"
	"sync"
	"sync/atomic"

	"preau/internal/base/authz"
)

// credential is what a cookie or a token stands for: who asks, and until when.
type credential struct {
	principal *authz.Principal // shared by requests, which only read it
	id        string           // of the session or the token
	session   bool
	createdAt int64
	expiresAt int64 // of a token
	seenAt    atomic.Int64
	noted     atomic.Int64 // when the activity was last told
}

// ended tells whether the credential no longer opens anything.
func (c *credential) ended(now int64) bool {
	if c.session {
		return now >= sessionEnd(c.createdAt, c.seenAt.Load())
	}
	return now >= c.expiresAt
}

// credentials remembers who asked, by the hash of what they sent, as long as the data stay the same: looking a
// session up costs more than many a page. A revocation changes the data, so it holds at once.
type credentials struct {
	mu         sync.RWMutex
	generation uint64
	known      map[[sha256.Size]byte]*credential
}

// maxCredentials bounds the memory; beyond it everything is looked up anew.
const maxCredentials = 20_000

func newCredentials() *credentials {
	return &credentials{known: map[[sha256.Size]byte]*credential{}}
}

func (c *credentials) get(generation uint64, key [sha256.Size]byte) *credential {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.generation != generation {
		return nil
	}
	return c.known[key]
}

// put keeps what was read from the data of a generation.
func (c *credentials) put(generation uint64, key [sha256.Size]byte, found *credential) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if generation < c.generation {
		return
	}
	if generation > c.generation || len(c.known) >= maxCredentials {
		c.generation = generation
		clear(c.known)
	}
	c.known[key] = found
}

// activity gathers when sessions and tokens were last used, and whose log-in was throttled, until the job
// writes it: a write at each request would change the data, and with it what everybody's pages are cached by.
type activity struct {
	mu        sync.Mutex
	sessions  map[string]int64
	tokens    map[string]int64
	throttled map[string]int // account → failures
}

func newActivity() *activity {
	return &activity{sessions: map[string]int64{}, tokens: map[string]int64{}, throttled: map[string]int{}}
}

// notedEvery spaces what one credential tells of its use, in ms.
const notedEvery = 60_000

func (a *activity) used(c *credential, now int64) {
	c.seenAt.Store(now)
	last := c.noted.Load()
	if now-last < notedEvery || !c.noted.CompareAndSwap(last, now) {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if c.session {
		a.sessions[c.id] = now
	} else {
		a.tokens[c.id] = now
	}
}

// seen returns when a session was last used, if that is later than what the database has.
func (a *activity) seen(session string, stored int64) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return max(stored, a.sessions[session])
}

func (a *activity) failed(account string, failures int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.throttled[account] = failures
}

// taken is what waits to be written.
type taken struct {
	sessions, tokens map[string]int64
	throttled        map[string]int
}

func (t taken) empty() bool { return len(t.sessions)+len(t.tokens)+len(t.throttled) == 0 }

// peek returns a copy of what waits; done forgets it once it is written, save what is newer.
func (a *activity) peek() taken {
	a.mu.Lock()
	defer a.mu.Unlock()
	return taken{maps.Clone(a.sessions), maps.Clone(a.tokens), maps.Clone(a.throttled)}
}

func (a *activity) done(t taken) {
	a.mu.Lock()
	defer a.mu.Unlock()
	forget(a.sessions, t.sessions)
	forget(a.tokens, t.tokens)
	forget(a.throttled, t.throttled)
}

func forget[V comparable](from, written map[string]V) {
	for k, v := range written {
		if from[k] == v {
			delete(from, k)
		}
	}
}
