package agents_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"
	"testing"

	"preau/internal/base/errs"
	"preau/internal/measures/equip/agents"
)

func packed(t testing.TB, w interface {
	io.WriteCloser
}, b *bytes.Buffer, text string) []byte {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zlibbed(t testing.TB, text string) []byte {
	var b bytes.Buffer
	return packed(t, zlib.NewWriter(&b), &b, text)
}

func gzipped(t testing.TB, text string) []byte {
	var b bytes.Buffer
	return packed(t, gzip.NewWriter(&b), &b, text)
}

const prolog = `<?xml version="1.0" encoding="UTF-8" ?>
<REQUEST><DEVICEID>poste-de-mme-durand-2026-11-23</DEVICEID><QUERY>PROLOG</QUERY><TOKEN>12345678</TOKEN></REQUEST>`

const inventory = `<?xml version="1.0" encoding="UTF-8" ?>
<REQUEST><CONTENT>
  <BIOS><SMANUFACTURER>Brumetech</SMANUFACTURER><SMODEL>Carnet 14</SMODEL><SSN>br-77 001x</SSN><MSN>other</MSN></BIOS>
  <HARDWARE><NAME>poste-de-mme-durand</NAME><LASTLOGGEDUSER>mdurand</LASTLOGGEDUSER><USERID>mdurand</USERID><IPADDR>10.1.2.3</IPADDR><MEMORY>8192</MEMORY><OSNAME>Debian</OSNAME></HARDWARE>
  <LOCAL_USERS><LOGIN>mdurand</LOGIN><NAME>Martine Durand</NAME></LOCAL_USERS>
  <PROCESSES><CMD>thunderbird -P martine</CMD><USER>mdurand</USER></PROCESSES>
  <ENVS><KEY>HOME</KEY><VAL>/home/mdurand</VAL></ENVS>
  <OPERATINGSYSTEM><FULL_NAME>Debian GNU/Linux 12 (bookworm)</FULL_NAME></OPERATINGSYSTEM>
  <STORAGES><SERIALNUMBER>disk</SERIALNUMBER></STORAGES>
  <VERSIONCLIENT>FusionInventory-Agent_v2.6-3</VERSIONCLIENT>
</CONTENT><DEVICEID>poste-de-mme-durand-2026-11-23</DEVICEID><QUERY>INVENTORY</QUERY></REQUEST>`

const glpi = `{"action":"inventory","deviceid":"poste-de-mme-durand","itemtype":"Computer","content":{
  "bios":{"smanufacturer":"Brumetech","smodel":"Carnet 14","ssn":"BR-77001X"},
  "hardware":{"name":"poste-de-mme-durand","memory":8192,"lastloggeduser":"mdurand"},
  "local_users":[{"login":"mdurand"}],"processes":[{"cmd":"thunderbird"}],
  "operatingsystem":{"full_name":"Debian GNU/Linux 12 (bookworm)"},"versionclient":"GLPI-Agent_v1.11"}}`

func TestAnAgentsMessageIsReadInItsDialectAndOnlyTheMachineIsKept(t *testing.T) {
	machine := agents.Machine{Serial: "BR-77001X", Maker: "Brumetech", Model: "Carnet 14", System: "Debian GNU/Linux 12 (bookworm)", MemoryMB: 8192, Agent: "FusionInventory-Agent_v2.6-3"}
	newer := machine
	newer.Agent = "GLPI-Agent_v1.11"
	for name, c := range map[string]struct {
		body    []byte
		query   agents.Query
		machine agents.Machine
		dialect agents.Dialect
	}{
		"PROLOG, zlib":      {zlibbed(t, prolog), agents.Greeting, agents.Machine{}, agents.Dialect{Compressed: true}},
		"PROLOG, plain":     {[]byte(prolog), agents.Greeting, agents.Machine{}, agents.Dialect{}},
		"INVENTORY, zlib":   {zlibbed(t, inventory), agents.Inventory, machine, agents.Dialect{Compressed: true}},
		"INVENTORY, gzip":   {gzipped(t, inventory), agents.Inventory, machine, agents.Dialect{Compressed: true}},
		"a byte order mark": {[]byte("\xef\xbb\xbf" + inventory), agents.Inventory, machine, agents.Dialect{}},
		"contact":           {[]byte(`{"action":"contact","deviceid":"x","name":"GLPI-Agent","version":"1.11"}`), agents.Greeting, agents.Machine{}, agents.Dialect{JSON: true}},
		"inventory of GLPI": {zlibbed(t, glpi), agents.Inventory, newer, agents.Dialect{JSON: true, Compressed: true}},
		"the board's number where the maker left none": {[]byte(strings.Replace(inventory, "br-77 001x", "To be filled by O.E.M.", 1)), agents.Inventory,
			agents.Machine{Serial: "OTHER", Maker: "Brumetech", Model: "Carnet 14", System: machine.System, MemoryMB: 8192, Agent: machine.Agent}, agents.Dialect{}},
		"Latin letters": {[]byte(strings.Replace(strings.Replace(inventory, "UTF-8", "ISO-8859-1", 1), "Carnet 14", "\xc9t\xe9", 1)), agents.Inventory,
			agents.Machine{Serial: machine.Serial, Maker: machine.Maker, Model: "Été", System: machine.System, MemoryMB: 8192, Agent: machine.Agent}, agents.Dialect{}},
	} {
		query, got, dialect, err := agents.Read(c.body)
		if err != nil || query != c.query || got != c.machine || dialect != c.dialect {
			t.Errorf("%s: %v %+v %+v %v", name, query, got, dialect, err)
		}
	}
}

func TestAMalformedMessageOrAHugeOneIsRefused(t *testing.T) {
	huge := zlibbed(t, strings.Replace(inventory, "Carnet 14", strings.Repeat("a", 100<<20), 1))
	for name, c := range map[string]struct {
		body []byte
		kind errs.Kind
	}{
		"nothing":                  {nil, errs.Invalid},
		"blanks":                   {[]byte(" \n"), errs.Invalid},
		"a text":                   {[]byte("bonjour"), errs.Invalid},
		"cut in the middle":        {zlibbed(t, inventory)[:200], errs.Invalid},
		"open elements":            {[]byte(inventory[:400]), errs.Invalid},
		"nothing asked":            {[]byte("<REQUEST><QUERY>UPDATE</QUERY></REQUEST>"), errs.Invalid},
		"another JSON":             {[]byte(`{"action":"deploy"}`), errs.Invalid},
		"a JSON list":              {[]byte(`[1]`), errs.Invalid},
		"an entity":                {[]byte(`<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><REQUEST><QUERY>&x;</QUERY></REQUEST>`), errs.Invalid},
		"nested without end":       {[]byte(strings.Repeat("<a>", 100_000)), errs.Invalid},
		"100 MB in a small parcel": {huge, errs.TooLarge},
	} {
		if _, _, _, err := agents.Read(c.body); !errs.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(huge) > 200_000 {
		t.Fatalf("the parcel has %d bytes", len(huge))
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range []string{prolog, inventory, glpi, `{"action":"contact"}`} {
		f.Add([]byte(text))
		f.Add(zlibbed(f, text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		query, m, _, err := agents.Read(body)
		if err == nil && query != agents.Greeting && query != agents.Inventory {
			t.Errorf("query %d without an error", query)
		}
		if err == nil && (len([]rune(m.Model)) > 120 || strings.ContainsAny(m.Model+m.Maker+m.System, "\n\x00")) {
			t.Errorf("%+v", m)
		}
	})
}
