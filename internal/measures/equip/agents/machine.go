package agents

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html/charset"

	"preau/internal/base/errs"
	"preau/internal/measures/equip/assets"
)

// Machine is what is read of a report: all of it is about the machine.
type Machine struct {
	Serial   string `json:"serial,omitempty"`
	Maker    string `json:"maker,omitempty"`
	Model    string `json:"model,omitempty"`
	System   string `json:"system,omitempty"` // operating system with its version
	MemoryMB int64  `json:"memory_mb,omitempty"`
	Agent    string `json:"agent,omitempty"` // program and version that reported
}

// told returns what is kept beside the asset: its serial number is its own already.
func (m Machine) told() Machine {
	m.Serial = ""
	return m
}

// Query is what an agent asks.
type Query int

// The queries.
const (
	Greeting  Query = iota + 1 // PROLOG, or contact: may I report?
	Inventory                  // the report
)

// Dialect is how the agent speaks, and wants to be answered.
type Dialect struct {
	JSON       bool
	Compressed bool
}

// The bounds of a report.
const (
	maxBody     = 8 << 20  // as it is sent
	maxUnpacked = 48 << 20 // a report of a full computer has one or two million bytes
	maxText     = 120      // runes of one fact
	maxDepth    = 30
)

func malformed(cause error) error { return errs.NewInvalid("agents.report.malformed").Because(cause) }

// Read reads a message of an agent: zlib, gzip or plain; XML of the OCS family (PROLOG, INVENTORY) or the JSON of GLPI
// Agent (contact, inventory). It returns Invalid for anything else, TooLarge for what unpacks into more than 48 MiB. No
// entity is expanded and no address followed.
func Read(body []byte) (Query, Machine, Dialect, error) {
	var d Dialect
	r := io.Reader(bytes.NewReader(body))
	switch {
	case len(body) > 2 && body[0] == 0x78 && (uint(body[0])<<8|uint(body[1]))%31 == 0:
		z, err := zlib.NewReader(r)
		if err != nil {
			return 0, Machine{}, d, malformed(err)
		}
		r, d.Compressed = z, true
	case len(body) > 2 && body[0] == 0x1f && body[1] == 0x8b:
		z, err := gzip.NewReader(r)
		if err != nil {
			return 0, Machine{}, d, malformed(err)
		}
		r, d.Compressed = z, true
	}
	bounded := &bound{r: r, left: maxUnpacked}
	first := make([]byte, 1)
	for {
		if _, err := io.ReadFull(bounded, first); err != nil {
			return 0, Machine{}, d, bounded.or(err)
		}
		if !unicode.IsSpace(rune(first[0])) && first[0] != 0xEF && first[0] != 0xBB && first[0] != 0xBF {
			break
		}
	}
	whole := io.MultiReader(bytes.NewReader(first), bounded)
	read := readXML
	if first[0] == '{' {
		d.JSON, read = true, readJSON
	}
	q, m, err := read(whole)
	if err != nil {
		return 0, Machine{}, d, bounded.or(err)
	}
	m.clean()
	return q, m, d, nil
}

// bound reads so many bytes at the most, and remembers that there were more.
type bound struct {
	r    io.Reader
	left int64
	over bool
}

var errOver = errors.New("agents: more than the bound")

func (b *bound) Read(p []byte) (int, error) {
	if b.left <= 0 {
		b.over = true
		return 0, errOver
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

func (b *bound) or(err error) error {
	if b.over {
		return errs.New(errs.TooLarge, "agents.report.too_large")
	}
	return malformed(err)
}

// readXML walks through the message and keeps the few elements that it knows by their path; all others pass by.
func readXML(r io.Reader) (Query, Machine, error) {
	decoder := xml.NewDecoder(r)
	decoder.CharsetReader = charset.NewReaderLabel
	var q Query
	var m Machine
	var msn, name, version string
	var path []string
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, m, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if path = append(path, t.Name.Local); len(path) > maxDepth {
				return 0, m, errors.New("nested too deep")
			}
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			text := strings.TrimSpace(string(t))
			if text == "" {
				continue
			}
			switch strings.Join(path, "/") {
			case "REQUEST/QUERY":
				q = map[string]Query{"PROLOG": Greeting, "INVENTORY": Inventory}[text]
			case "REQUEST/CONTENT/BIOS/SSN":
				m.Serial = text
			case "REQUEST/CONTENT/BIOS/MSN":
				msn = text
			case "REQUEST/CONTENT/BIOS/SMANUFACTURER":
				m.Maker = text
			case "REQUEST/CONTENT/BIOS/SMODEL":
				m.Model = text
			case "REQUEST/CONTENT/OPERATINGSYSTEM/FULL_NAME":
				m.System = text
			case "REQUEST/CONTENT/HARDWARE/OSNAME":
				name = text
			case "REQUEST/CONTENT/HARDWARE/OSVERSION":
				version = text
			case "REQUEST/CONTENT/HARDWARE/MEMORY":
				m.MemoryMB = number(text)
			case "REQUEST/CONTENT/VERSIONCLIENT":
				m.Agent = text
			}
		}
	}
	if q == 0 {
		return 0, m, errors.New("neither PROLOG nor INVENTORY")
	}
	m.settle(msn, name+" "+version)
	return q, m, nil
}

// settle fills in what another element tells.
func (m *Machine) settle(board, system string) {
	if assets.CleanSerial(m.Serial) == "" {
		m.Serial = board
	}
	if m.System == "" {
		m.System = system
	}
}

// loose is a JSON value that agents write as a number or as a text.
type loose string

// UnmarshalJSON takes a number or a text; anything else is none.
func (l *loose) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		*l = loose(text)
		return nil
	}
	*l = loose(strings.Trim(string(b), `"{}[]`))
	return nil
}

func readJSON(r io.Reader) (Query, Machine, error) {
	var in struct {
		Action  string `json:"action"`
		Name    loose  `json:"name"`
		Version loose  `json:"version"`
		Content struct {
			Client loose `json:"versionclient"`
			BIOS   struct {
				SSN, MSN, SManufacturer, SModel loose
			} `json:"bios"`
			Hardware struct {
				Memory loose `json:"memory"`
			} `json:"hardware"`
			System struct {
				FullName loose `json:"full_name"`
				Name     loose `json:"name"`
				Version  loose `json:"version"`
			} `json:"operatingsystem"`
		} `json:"content"`
	}
	decoder := json.NewDecoder(r)
	if err := decoder.Decode(&in); err != nil {
		return 0, Machine{}, err
	}
	q := map[string]Query{"contact": Greeting, "inventory": Inventory, "prolog": Greeting}[in.Action]
	if q == 0 {
		return 0, Machine{}, errors.New("neither contact nor inventory")
	}
	c := in.Content
	m := Machine{Serial: string(c.BIOS.SSN), Maker: string(c.BIOS.SManufacturer), Model: string(c.BIOS.SModel),
		System: string(c.System.FullName), MemoryMB: number(string(c.Hardware.Memory)), Agent: string(c.Client)}
	m.settle(string(c.BIOS.MSN), string(c.System.Name)+" "+string(c.System.Version))
	return q, m, nil
}

func number(text string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// clean bounds the facts: one line, without control characters.
func (m *Machine) clean() {
	m.Serial = assets.CleanSerial(m.Serial)
	for _, text := range []*string{&m.Serial, &m.Maker, &m.Model, &m.System, &m.Agent} {
		line := strings.Join(strings.Fields(strings.Map(func(r rune) rune {
			if unicode.IsControl(r) || r == unicode.ReplacementChar {
				return ' '
			}
			return r
		}, *text)), " ")
		if runes := []rune(line); len(runes) > maxText {
			line = string(runes[:maxText])
		}
		*text = line
	}
}
