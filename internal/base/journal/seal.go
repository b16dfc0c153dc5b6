package journal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"

	"preau/internal/base/db"
)

// macOf authenticates a fact: HMAC-SHA-256 (RFC 2104) over its members, each with its length before it.
func (j *Journal) macOf(e Entry) string {
	return j.mac("fact", e.Territory, e.ID, strconv.FormatInt(e.At, 10), e.Kind, e.School, e.Class, e.Subject, e.Account, e.Role, string(e.Data))
}

func (j *Journal) hashOf(previous string, number int64, e Entry) string {
	return j.mac("seal", previous, strconv.FormatInt(number, 10), j.macOf(e))
}

func (j *Journal) headMAC(territory string, number int64, hash string) string {
	return j.mac("head", territory, strconv.FormatInt(number, 10), hash)
}

func (j *Journal) mac(parts ...string) string {
	h := hmac.New(sha256.New, j.key)
	var length [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(length[:], uint64(len(p)))
		h.Write(length[:])
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Seal chains the facts that are not sealed yet and returns their number. A job calls it every minute,
// and the program when it stops.
func (j *Journal) Seal(ctx context.Context) (int, error) {
	sealed := 0
	waiting := false
	err := j.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		n, err := db.One(ctx, tx, db.Value[int64], "SELECT COUNT(*) FROM journal_fact")
		if err != nil {
			return err
		}
		m, err := db.One(ctx, tx, db.Value[int64], "SELECT COUNT(*) FROM journal_seal")
		waiting = n != m
		return err
	})
	if err != nil || !waiting {
		return 0, err
	}
	err = j.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		sealed = 0
		list, err := db.All(ctx, tx, scan, "SELECT "+columns+` FROM journal_fact WHERE NOT EXISTS
			(SELECT 1 FROM journal_seal s WHERE s.territory = journal_fact.territory AND s.fact = journal_fact.id) ORDER BY territory, id`)
		if err != nil {
			return err
		}
		for start := 0; start < len(list); {
			end := start
			for end < len(list) && list[end].Territory == list[start].Territory {
				end++
			}
			if err := j.sealTerritory(ctx, tx, list[start:end]); err != nil {
				return err
			}
			sealed += end - start
			start = end
		}
		return nil
	})
	return sealed, err
}

type head struct {
	number    int64
	hash, mac string
}

func scanHead(row db.Scanner) (h head, err error) {
	err = row.Scan(&h.number, &h.hash, &h.mac)
	return h, err
}

func (j *Journal) sealTerritory(ctx context.Context, tx *db.Tx, facts []Entry) error {
	territory := facts[0].Territory
	h, err := db.One(ctx, tx, scanHead, "SELECT number, hash, mac FROM journal_head WHERE territory = ?", territory)
	if err != nil && !db.IsNotFound(err) {
		return err
	}
	insert, err := tx.Prepare(ctx, "INSERT INTO journal_seal (territory, number, fact, hash) VALUES (?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer insert.Close()
	for _, e := range facts {
		// A fact that the program did not write gets no seal: Verify names it.
		if e.mac != j.macOf(e) {
			continue
		}
		h.number++
		h.hash = j.hashOf(h.hash, h.number, e)
		if _, err := insert.Exec(ctx, territory, h.number, e.ID, h.hash); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `INSERT INTO journal_head (territory, number, hash, mac) VALUES (?, ?, ?, ?)
		ON CONFLICT (territory) DO UPDATE SET number = excluded.number, hash = excluded.hash, mac = excluded.mac`,
		territory, h.number, h.hash, j.headMAC(territory, h.number, h.hash))
	return err
}

// Fault is the first thing that Verify found wrong in a territory's journal.
type Fault struct {
	Territory string
	Number    int64  // place in the chain, 0 outside it
	Fact      string // the fact's id
	Wrong     string // altered, removed, inserted, cut
}

// Report is what Verify found: how many facts there are, how many are sealed, and the faults, one a
// territory at the most.
type Report struct {
	Facts, Sealed int64
	Faults        []Fault
}

// Verify checks every fact and every seal.
func (j *Journal) Verify(ctx context.Context) (Report, error) {
	var r Report
	err := j.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		r = Report{}
		territories, err := db.All(ctx, tx, db.Value[string], "SELECT territory FROM journal_fact UNION SELECT territory FROM journal_head ORDER BY 1")
		if err != nil {
			return err
		}
		for _, territory := range territories {
			fault, err := j.verifyTerritory(ctx, tx, territory, &r)
			if err != nil {
				return err
			}
			if fault != nil {
				r.Faults = append(r.Faults, *fault)
			}
		}
		return nil
	})
	return r, err
}

func (j *Journal) verifyTerritory(ctx context.Context, tx *db.Tx, territory string, r *Report) (*Fault, error) {
	chain, end, err := j.verifyChain(ctx, tx, territory, r)
	if err != nil || chain != nil {
		return chain, err
	}
	h, err := db.One(ctx, tx, scanHead, "SELECT number, hash, mac FROM journal_head WHERE territory = ?", territory)
	if err != nil && !db.IsNotFound(err) {
		return nil, err
	}
	if h.number != end.number || h.hash != end.hash || (h.number > 0 && h.mac != j.headMAC(territory, h.number, h.hash)) {
		return &Fault{Territory: territory, Number: end.number + 1, Wrong: "cut"}, nil
	}
	return j.verifyUnsealed(ctx, tx, territory, r)
}

// verifyChain walks the seals in their order, each beside its fact.
func (j *Journal) verifyChain(ctx context.Context, tx *db.Tx, territory string, r *Report) (*Fault, head, error) {
	var end head
	rows, err := tx.Query(ctx, `SELECT s.number, s.fact, s.hash, COALESCE(f.id, ''), COALESCE(f.at, 0), COALESCE(f.school, ''),
		COALESCE(f.class, ''), COALESCE(f.kind, ''), COALESCE(f.subject, ''), COALESCE(f.account, ''), COALESCE(f.role, ''),
		COALESCE(f.data, ''), COALESCE(f.mac, '')
		FROM journal_seal s LEFT JOIN journal_fact f ON f.territory = s.territory AND f.id = s.fact
		WHERE s.territory = ? ORDER BY s.number`, territory)
	if err != nil {
		return nil, end, err
	}
	defer rows.Close()
	for rows.Next() {
		var number int64
		var fact, hash, data string
		e := Entry{Territory: territory}
		if err := rows.Scan(&number, &fact, &hash, &e.ID, &e.At, &e.School, &e.Class, &e.Kind, &e.Subject, &e.Account, &e.Role, &data, &e.mac); err != nil {
			return nil, end, err
		}
		e.Data = []byte(data)
		switch {
		case number != end.number+1:
			return &Fault{territory, end.number + 1, "", "removed"}, end, nil
		case e.ID == "":
			return &Fault{territory, number, fact, "removed"}, end, nil
		case e.mac != j.macOf(e) || hash != j.hashOf(end.hash, number, e):
			return &Fault{territory, number, fact, "altered"}, end, nil
		}
		end = head{number: number, hash: hash}
		r.Facts++
		r.Sealed++
	}
	return nil, end, rows.Err()
}

// verifyUnsealed checks the facts that wait for their seal: the program wrote each that bears its mark.
func (j *Journal) verifyUnsealed(ctx context.Context, tx *db.Tx, territory string, r *Report) (*Fault, error) {
	list, err := db.All(ctx, tx, scan, "SELECT "+columns+` FROM journal_fact WHERE territory = ? AND NOT EXISTS
		(SELECT 1 FROM journal_seal s WHERE s.territory = journal_fact.territory AND s.fact = journal_fact.id) ORDER BY id`, territory)
	if err != nil {
		return nil, err
	}
	for _, e := range list {
		if e.mac != j.macOf(e) {
			return &Fault{Territory: territory, Fact: e.ID, Wrong: "inserted"}, nil
		}
		r.Facts++
	}
	return nil, nil
}
