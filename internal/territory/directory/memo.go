package directory

import "sync"

// memo keeps results that hold until the data changes.
type memo[T any] struct {
	mu         sync.Mutex
	generation uint64
	values     map[string]T
}

// maxMemo bounds the number of results that are kept.
const maxMemo = 256

// get returns the result kept under the key at this generation.
func (m *memo[T]) get(generation uint64, key string) (T, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.generation != generation {
		var none T
		return none, false
	}
	v, ok := m.values[key]
	return v, ok
}

// put keeps a result that was computed at this generation.
func (m *memo[T]) put(generation uint64, key string, v T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.generation != generation || len(m.values) >= maxMemo {
		m.generation, m.values = generation, nil
	}
	if m.values == nil {
		m.values = map[string]T{}
	}
	m.values[key] = v
}
