package agents_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/journal"
	"preau/internal/base/web/webtest"
	"preau/internal/measures/equip"
	"preau/internal/measures/equip/agents"
	"preau/internal/measures/equip/assets"
)

// house is the part on a database with one computer, whose serial number is BR-77001X.
type house struct {
	*webtest.Site
	db      *db.DB
	journal *journal.Journal
	service *agents.Service
	asset   assets.Asset
}

func open(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{db: d, journal: journal.New(d, make([]byte, 32))}
	h.service = agents.New(d, h.journal)
	h.Site = webtest.New(t, d, agents.Permissions, &agents.Module{Service: h.service, Site: "https://preau.example"}, agents.Messages, assets.Messages)
	a := &assets.Asset{Kind: "laptop", Name: "Carnet 14", Serial: "BR-77001X", Owner: "o", Funder: "f", Custodian: "c", School: "0990001A", State: assets.Usable}
	h.update(t, func(ctx context.Context, tx *db.Tx) error { return assets.Add(ctx, tx, "99", []*assets.Asset{a}) })
	h.asset = *a
	return h
}

func inside() context.Context { return db.Everywhere(authz.System(context.Background())) }

func (h *house) update(t *testing.T, f func(context.Context, *db.Tx) error) {
	t.Helper()
	if err := h.db.Update(inside(), f); err != nil {
		t.Fatal(err)
	}
}

func (h *house) now(t *testing.T) (a assets.Asset) {
	t.Helper()
	if err := h.db.View(inside(), func(ctx context.Context, tx *db.Tx) (err error) {
		a, err = assets.ByID(ctx, tx, "99", h.asset.ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return a
}

const (
	lead    = "territory_lead 99"
	nextTo  = "territory_lead 98"
	headAs  = "head 99 0990001A"
	agentCT = "application/x-compress-zlib"
)

var address = regexp.MustCompile(`https://preau\.example(/api/inventory/[\w-]+)`)

// opened returns the path of a new address.
func (h *house) opened(t *testing.T) string {
	t.Helper()
	page := h.Want(h.Post(lead, "/agents", url.Values{"territory": {"99"}, "name": {"Collèges du nord"}}), 200, "Collèges du nord")
	found := address.FindStringSubmatch(page)
	if found == nil {
		t.Fatal("the address is not shown")
	}
	if again := h.Want(h.Get(lead, "/agents"), 200, "Collèges du nord"); strings.Contains(again, found[1]) {
		t.Error("the address is shown twice")
	}
	return found[1]
}

func unpacked(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	z, err := zlib.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAnAgentIsToldToSendAndItsReportUpdatesTheAssetWithoutAnythingOfItsUser(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		path := h.opened(t)
		if got := unpacked(t, h.Do("", "POST", path, agentCT, bytes.NewReader(zlibbed(t, prolog)))); !strings.Contains(got, "<RESPONSE>SEND</RESPONSE>") {
			t.Errorf("PROLOG is answered %s", got)
		}
		for range 2 { // each day
			if w := h.Do("", "POST", path, agentCT, bytes.NewReader(zlibbed(t, inventory))); w.Code != 200 || !strings.Contains(unpacked(t, w), "<REPLY>") {
				t.Fatalf("INVENTORY: %d %s", w.Code, w.Body)
			}
		}
		h.Want(h.Do("", "POST", path, "application/json", strings.NewReader(glpi)), 200, `"status":"ok"`)
		a := h.now(t)
		if a.SeenAt == 0 || !strings.Contains(a.SeenFacts, "Carnet 14") {
			t.Errorf("seen at %d: %s", a.SeenAt, a.SeenFacts)
		}
		facts, err := h.journal.List(inside(), journal.Filter{Territory: "99", Kind: assets.FactSeen})
		if err != nil || len(facts) != 2 { // the first time, and when another program reported
			t.Errorf("%d facts, %v", len(facts), err)
		}
		for _, table := range []string{"equip_asset", "equip_agent_key", "equip_agent_unknown", "journal_fact"} {
			if text := dump(t, d, table); strings.Contains(strings.ToLower(text), "durand") || strings.Contains(text, "10.1.2.3") || strings.Contains(text, "thunderbird") {
				t.Errorf("%s holds something of the user: %s", table, text)
			}
		}
	}, journal.Migrations, equip.Migrations)
}

// dump returns every value of a table as text.
func dump(t *testing.T, d *db.DB, table string) string {
	t.Helper()
	var all strings.Builder
	if err := d.View(inside(), func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, "SELECT * FROM "+table)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		for rows.Next() {
			values, into := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				return err
			}
			for _, v := range values {
				if text, ok := v.(string); ok {
					all.WriteString(text + "\n")
				}
			}
		}
		return rows.Err()
	}); err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func TestAMachineThatNobodyKnowsIsListedUntilAnAssetBearsItsNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		path := h.opened(t)
		other := strings.Replace(inventory, "br-77 001x", "BR-99", 1)
		send := func(text string) { h.Want(h.Do("", "POST", path, "application/xml", strings.NewReader(text)), 200) }
		send(other)
		send(other)
		if page := h.Want(h.Get(lead, "/agents"), 200, "BR-99", "Brumetech Carnet 14"); strings.Count(page, `value="BR-99"`) != 1 {
			t.Error("the machine is listed twice")
		}
		if page := h.Want(h.Get(nextTo, "/agents"), 200); strings.Contains(page, "BR-99") {
			t.Error("another territory sees it")
		}
		h.update(t, func(ctx context.Context, tx *db.Tx) error {
			a := h.asset
			return assets.Keeper{Journal: h.journal}.Name(ctx, tx, &a, "BR-99")
		})
		send(other)
		if page := h.Want(h.Get(lead, "/agents"), 200); strings.Contains(page, "BR-99") {
			t.Error("it is listed though an asset bears its number")
		}
		if h.now(t).SeenAt == 0 {
			t.Error("the asset was not seen")
		}
		send(strings.Replace(inventory, "br-77 001x", "BR-100", 1))
		h.Want(h.Post(lead, "/agents/unknown/forget", url.Values{"territory": {"99"}, "serial": {"BR-100"}}), 303)
		if page := h.Want(h.Get(lead, "/agents"), 200); strings.Contains(page, "BR-100") {
			t.Error("it was not forgotten")
		}
	}, journal.Migrations, equip.Migrations)
}

func TestAnAgentWithoutAnOpenAddressOrWithABadMessageChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		path := h.opened(t)
		for name, c := range map[string]struct {
			path, body string
			status     int
		}{
			"no such address":  {"/api/inventory/abc", inventory, 404},
			"no message":       {path, "", 422},
			"a bad message":    {path, "<REQUEST>", 422},
			"no serial number": {path, strings.NewReplacer("br-77 001x", "", "<MSN>other</MSN>", "").Replace(inventory), 422},
			"too large":        {path, strings.Repeat(" ", 9<<20), 413},
		} {
			h.Want(h.Do("", "POST", c.path, "application/xml", strings.NewReader(c.body)), c.status, "detail")
			if h.now(t).SeenAt != 0 || dump(t, d, "equip_agent_unknown") != "" {
				t.Fatalf("%s: something was stored", name)
			}
		}
		keys, err := h.service.Keys(inside())
		if err != nil || len(keys) != 1 {
			t.Fatal(keys, err)
		}
		revoke := "/agents/99/" + keys[0].ID + "/revoke"
		for _, wrong := range []string{nextTo, headAs} {
			h.Want(h.Post(wrong, revoke, nil), 404)
		}
		for range 2 {
			h.Want(h.Post(lead, revoke, nil), 303)
		}
		h.Want(h.Do("", "POST", path, "application/xml", strings.NewReader(inventory)), 404)
	}, journal.Migrations, equip.Migrations)
}

func TestOnlyWhoManagesAgentsOpensAnAddressAndGivesItAName(t *testing.T) {
	h := open(t, dbtest.SQLite(t, journal.Migrations, equip.Migrations))
	h.Want(h.Get(headAs, "/agents"), 404)
	h.Want(h.Post(nextTo, "/agents", url.Values{"territory": {"99"}, "name": {"x"}}), 404)
	for _, name := range []string{"", " ", strings.Repeat("é", 61)} {
		h.Want(h.Post(lead, "/agents", url.Values{"territory": {"99"}, "name": {name}}), 422, "60")
	}
	for range 20 {
		h.Want(h.Post(lead, "/agents", url.Values{"territory": {"99"}, "name": {"x"}}), 200)
	}
	h.Want(h.Post(lead, "/agents", url.Values{"territory": {"99"}, "name": {"x"}}), 409, "20")
}

func TestARealAgentReportsToARunningServer(t *testing.T) {
	program, err := exec.LookPath("fusioninventory-agent")
	if err != nil {
		t.Fatal("fusioninventory-agent is not installed: make setup installs it")
	}
	h := open(t, dbtest.SQLite(t, journal.Migrations, equip.Migrations))
	server := httptest.NewServer(http.HandlerFunc(h.Serve))
	defer server.Close()
	// The machine that runs the tests may have no serial number: it is given one.
	folder := t.TempDir()
	extra := filepath.Join(folder, "serial.xml")
	if err := os.WriteFile(extra, []byte("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<REQUEST><CONTENT><BIOS><SSN>BR-77001X</SSN></BIOS></CONTENT></REQUEST>"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), program, "--server", server.URL+h.opened(t), "--force", "--no-httpd", "--no-task=deploy,esx,netdiscovery,netinventory,collect,wakeonlan",
		"--additional-content", extra, "--debug").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	a := h.now(t)
	if a.SeenAt == 0 || !strings.Contains(a.SeenFacts, "FusionInventory") {
		t.Fatalf("the asset was not seen: %s\n%s", a.SeenFacts, out)
	}
	host, _ := os.Hostname()
	for _, table := range []string{"equip_asset", "equip_agent_unknown", "journal_fact"} {
		text := dump(t, h.db, table)
		for _, private := range []string{os.Getenv("HOME"), "/bin/", "10.0.", "192.0.", "PATH"} {
			if private != "" && strings.Contains(text, private) {
				t.Errorf("%s holds %q", table, private)
			}
		}
		if len(host) > 3 && strings.Contains(text, host) {
			t.Errorf("%s holds the machine's name", table)
		}
	}
}
