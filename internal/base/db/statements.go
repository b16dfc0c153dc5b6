package db

import (
	"context"
	"database/sql"
	"sync"
)

// statementCache keeps the prepared reads of SQLite: preparing costs as much as a small query.
type statementCache struct {
	mu    sync.RWMutex
	stmts map[string]*sql.Stmt
}

// maxStatements bounds the cache; a text beyond it is prepared each time.
const maxStatements = 512

func (c *statementCache) get(ctx context.Context, pool *sql.DB, query string) *sql.Stmt {
	c.mu.RLock()
	stmt, full := c.stmts[query], len(c.stmts) >= maxStatements
	c.mu.RUnlock()
	if stmt != nil || full {
		return stmt
	}
	// Prepared on a free connection: waiting for one while holding another could wait for ever.
	if pool.Stats().InUse >= pool.Stats().MaxOpenConnections {
		return nil
	}
	stmt, err := pool.PrepareContext(ctx, query)
	if err != nil {
		return nil // the query itself reports the error
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if other := c.stmts[query]; other != nil {
		_ = stmt.Close()
		return other
	}
	if c.stmts == nil {
		c.stmts = map[string]*sql.Stmt{}
	}
	c.stmts[query] = stmt
	return stmt
}

func (c *statementCache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.stmts {
		_ = s.Close()
	}
	c.stmts = nil
}
