package assets

import (
	"slices"

	"preau/internal/base/errs"
)

// DeedState is how far a deed has come.
type DeedState string

// The states of a deed. The owner changes with the countersignature alone.
const (
	DeedPrepared      DeedState = "prepared"
	DeedSigned        DeedState = "signed" // by who gives
	DeedCountersigned DeedState = "countersigned"
	DeedCancelled     DeedState = "cancelled"
)

// DeedStates lists them.
var DeedStates = []DeedState{DeedPrepared, DeedSigned, DeedCountersigned, DeedCancelled}

// Receivers lists the kinds of new owner: a commune, a local public school (EPLE), an association.
var Receivers = []string{"commune", "eple", "association"}

// Deed hands the ownership of assets over.
type Deed struct {
	Territory, ID   string
	Code            string // printed on it
	From, To        string
	ToKind          string
	Deliberation    string // its reference
	DeliberatedOn   string // 2026-10-01
	State           DeedState
	Prepared        string // the text that both sign, of the room's files
	SHA256          string // of that text
	SignedAt        int64
	SignedAs        string // name and function
	Signature       string
	CountersignedAt int64
	CountersignedAs string
	Countersigned   string // the signature
	Document        string // with both signatures
	DocumentSHA256  string
	Version         int64
	CreatedAt       int64
	Items           int
}

// DeedInput prepares a deed over the assets of a territory that a list of codes names.
type DeedInput struct {
	Territory     string
	To            string
	ToKind        string
	Deliberation  string
	DeliberatedOn string
	Codes         []string
}

// mostDeeded is how many assets, parts apart, one deed hands over.
const mostDeeded = 2000

func (s *Service) checkDeed(in *DeedInput) (err error) {
	if in.To, err = line("to", in.To, true); err != nil {
		return err
	}
	if !slices.Contains(Receivers, in.ToKind) {
		return errs.OfFields(errs.Field{Name: "to_kind", Key: "assets.error.choice"})
	}
	if in.Deliberation, err = line("deliberation", in.Deliberation, true); err != nil {
		return err
	}
	if err = s.pastDay("deliberated_on", in.DeliberatedOn, true); err != nil {
		return err
	}
	switch {
	case len(in.Codes) == 0:
		return errs.OfFields(errs.Field{Name: "codes", Key: "assets.error.empty"})
	case len(in.Codes) > mostDeeded:
		return errs.OfFields(errs.Field{Name: "codes", Key: "assets.deed.many", Args: []any{"n", mostDeeded}})
	}
	return nil
}

// How a deed is signed.
const (
	OnScreen = "screen"
	OnPaper  = "paper"
)

// Signing is what one of the two hands in: a drawing made on the screen, or a photo of the signed paper.
type Signing struct {
	How     string // OnScreen, OnPaper
	As      string // name and function, as the deed bears them
	Picture []byte
	Code    string // on paper: what the deed bears, so that no other paper is taken for it
}

func (d *Deed) open() bool { return d.State == DeedPrepared || d.State == DeedSigned }
