package agreements

import (
	"bytes"
	"context"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"preau/internal/base/authz"
	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/territory/directory"
)

// Signer is one who signs on the screen.
type Signer struct {
	Guardian string // of the pupil's guardians; "" somebody else, under Name
	Name     string
	Drawing  []byte // PNG
}

// paper returns an agreement with everything that is printed on it; the caller has checked a permission.
func (s *Service) paper(ctx context.Context, a *Agreement) (*Paper, error) {
	school, err := s.directory.School(inside(ctx), directory.UAI(a.School))
	if err != nil {
		return nil, err
	}
	p := &Paper{Agreement: a, School: school.Name, Address: strings.Trim(school.Address+", "+strings.TrimSpace(school.Postcode+" "+school.CommuneName), ", "),
		Link: link(s.site, a.Code), At: time.UnixMilli(a.CreatedAt)}
	class, err := s.directory.Class(inside(ctx), a.Class)
	if err != nil {
		return nil, err
	}
	p.Class = class.Name
	places, err := s.directory.PupilsByID(inside(ctx), a.Territory, []string{a.Pupil})
	if err != nil {
		return nil, err
	}
	if pupil, ok := places[a.Pupil]; ok {
		p.Pupil = strings.TrimSpace(pupil.GivenName + " " + pupil.FamilyName)
	}
	p.Homes, err = s.homes(ctx, a.Territory, a.Pupil)
	return p, err
}

// Sheet returns an agreement as the page that is signed shows it, for the head and the teacher.
func (s *Service) Sheet(ctx context.Context, id string) (*Paper, error) {
	a, err := s.visible(ctx, ReadAgreements, "id = ?", id)
	if err != nil {
		return nil, err
	}
	return s.paper(ctx, a)
}

const mostSigner = 100

// SignOnScreen signs an agreement with the drawings of one or two of those who answer for the pupil, and freezes it:
// text and drawings together in one document, whose sum the journal keeps. One signature holds for every item. It returns Invalid for a drawing
// that is none or empty, or a signer who is not a guardian and has no name, Conflict for an agreement that was signed or cancelled.
func (s *Service) SignOnScreen(ctx context.Context, id string, signers []Signer) (*Agreement, error) {
	a, err := s.visible(ctx, EditAgreements, "id = ?", id)
	if err != nil {
		return nil, err
	}
	if err := a.open(); err != nil {
		return nil, err
	}
	p, err := s.paper(ctx, a)
	if err != nil {
		return nil, err
	}
	if len(signers) == 0 || len(signers) > 2 {
		return nil, errs.NewInvalid("agreements.signer.none")
	}
	for _, signer := range signers {
		drawn, err := drawing(p, signer)
		if err != nil {
			return nil, err
		}
		p.Signed = append(p.Signed, drawn)
	}
	a.SignedHow, a.SignedBy = OnScreen, signers[0].Guardian
	if len(signers) == 2 {
		a.SecondBy = signers[1].Guardian
	}
	return a, s.freeze(ctx, a, p, nil)
}

// drawing checks one signature and names who made it.
func drawing(p *Paper, signer Signer) (Drawn, error) {
	picture, err := files.Signature(bytes.NewReader(signer.Drawing))
	if err != nil {
		return Drawn{}, err
	}
	name := strings.Join(strings.Fields(signer.Name), " ")
	if signer.Guardian == "" {
		if n := utf8.RuneCountInString(name); n == 0 || n > mostSigner {
			return Drawn{}, errs.OfFields(errs.Field{Name: "name", Key: "agreements.signer.name", Args: []any{"most", mostSigner}})
		}
		return Drawn{Name: name, PNG: picture.Data}, nil
	}
	for _, h := range p.Homes {
		for _, g := range h.Guardians {
			if g.ID == signer.Guardian {
				return Drawn{Name: g.Name, PNG: picture.Data}, nil
			}
		}
	}
	return Drawn{}, errs.NewInvalid("agreements.signer.unknown")
}

// freeze writes the document as it is signed and stores it with the signatures, in the transaction of the state.
func (s *Service) freeze(ctx context.Context, a *Agreement, p *Paper, sheet *files.File) error {
	p.At = s.db.Time()
	pdf, err := Write([]*Paper{p}, p.At)
	if err != nil {
		return err
	}
	before := *a
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		*a = before
		a.State, a.SignedAt = Signed, p.At.UnixMilli()
		store := func(kind files.Kind, name, mediaType string, data []byte) (string, error) {
			f := files.File{Territory: a.Territory, Room: room, Kind: kind, Name: name, Type: mediaType, Data: data}
			err := files.Store(ctx, tx, &f)
			return f.ID, err
		}
		for i, d := range p.Signed {
			if d.PNG == nil {
				continue
			}
			id, err := store(files.KindSignature, a.Code+".png", "image/png", d.PNG)
			if err != nil {
				return err
			}
			if i == 0 {
				a.Signature = id
			} else {
				a.Second = id
			}
		}
		if sheet != nil {
			f := *sheet
			if err := files.Store(ctx, tx, &f); err != nil {
				return err
			}
			a.Signature = f.ID
		}
		var err error
		if a.Document, err = store(files.KindDocument, a.Code+".pdf", "application/pdf", pdf); err != nil {
			return err
		}
		a.SHA256 = files.Sum(pdf)
		if err := update(ctx, tx, a); err != nil {
			return err
		}
		return s.record(ctx, tx, FactSigned, a)
	})
}

// SignOnPaper takes back a signed paper: its code, as it was scanned or typed, and a picture or a PDF of it. It returns
// Invalid for what is no code of an agreement, or no picture and no PDF, TooLarge for more than 10 MB, NotFound for an agreement of another
// school, Conflict for one that was signed or cancelled.
func (s *Service) SignOnPaper(ctx context.Context, read string, sheet io.Reader) (*Agreement, error) {
	a, err := s.ByCode(ctx, EditAgreements, read)
	if err != nil {
		return nil, err
	}
	if err := a.open(); err != nil {
		return nil, err
	}
	p, err := s.paper(ctx, a)
	if err != nil {
		return nil, err
	}
	f, picture, err := scanned(a, sheet)
	if err != nil {
		return nil, err
	}
	p.Sheet, p.SheetSum, p.Signed = picture, files.Sum(f.Data), []Drawn{{}}
	a.SignedHow = OnPaper
	return a, s.freeze(ctx, a, p, f)
}

// ByCode returns the agreement whose code was scanned or typed.
func (s *Service) ByCode(ctx context.Context, perm authz.Permission, read string) (*Agreement, error) {
	if _, err := authz.Scopes(ctx, perm); err != nil {
		return nil, err
	}
	kind, canonical, ok := code.Parse(read)
	if !ok || kind != code.Agreement {
		return nil, errs.OfFields(errs.Field{Name: "code", Key: "agreements.code.wrong"})
	}
	return s.visible(ctx, perm, "code = ?", canonical)
}

// scanned reads a scanned paper: a picture, which is drawn again and goes into the document, or a PDF, which is kept beside it.
func scanned(a *Agreement, r io.Reader) (*files.File, []byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, files.MaxPicture+1))
	if err != nil {
		return nil, nil, errs.NewInvalid("files.picture.unread").Because(err)
	}
	f := &files.File{Territory: a.Territory, Room: room, Kind: files.KindSheet}
	if bytes.HasPrefix(data, []byte("%PDF-")) {
		if len(data) > files.MaxPicture {
			return nil, nil, errs.New(errs.TooLarge, "files.picture.too_big", "megabytes", files.MaxPicture>>20)
		}
		f.Name, f.Type, f.Data = a.Code+"-papier.pdf", "application/pdf", data
		return f, nil, nil
	}
	picture, err := files.Sheet(bytes.NewReader(data))
	if err != nil {
		return nil, nil, err
	}
	f.Name, f.Type, f.Data = a.Code+"-papier.jpg", picture.Type, picture.Data
	return f, picture.Data, nil
}

// Document returns an agreement as a PDF: as it was signed, or to be signed. It returns an error when the signed one was altered.
func (s *Service) Document(ctx context.Context, id string) (*Agreement, []byte, error) {
	a, err := s.visible(ctx, ReadAgreements, "id = ?", id)
	if err != nil {
		return nil, nil, err
	}
	pdf, err := s.document(ctx, a)
	return a, pdf, err
}

func (s *Service) document(ctx context.Context, a *Agreement) ([]byte, error) {
	if a.Document != "" {
		f, err := s.load(ctx, a, a.Document)
		if err == nil && f.SHA256 != a.SHA256 {
			err = errs.New(errs.Internal, "files.altered", "id", f.ID)
		}
		return f.Data, err
	}
	p, err := s.paper(ctx, a)
	if err != nil {
		return nil, err
	}
	return Write([]*Paper{p}, p.At)
}

func (s *Service) load(ctx context.Context, a *Agreement, id string) (files.File, error) {
	var f files.File
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		f, err = files.Load(ctx, tx, a.Territory, room, id)
		return err
	})
	return f, err
}

// Returned gives the paper that was scanned back, NotFound for an agreement that was not signed on paper.
func (s *Service) Returned(ctx context.Context, id string) (files.File, error) {
	a, err := s.visible(ctx, ReadAgreements, "id = ?", id)
	if err != nil {
		return files.File{}, err
	}
	if a.SignedHow != OnPaper || a.Signature == "" {
		return files.File{}, errs.NewNotFound("files.not_found")
	}
	return s.load(ctx, a, a.Signature)
}

// Verified is what is found about a signed document.
type Verified string

// The findings.
const (
	Unsigned  Verified = ""
	Unchanged Verified = "unchanged"
	Altered   Verified = "altered"
)

// Seen is an agreement on its page.
type Seen struct {
	*Paper
	Verified Verified
	Language *Text
}

// See returns an agreement with the check of its document, for the head and the teacher.
func (s *Service) See(ctx context.Context, id string) (*Seen, error) {
	p, err := s.Sheet(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := Languages()
	if err != nil {
		return nil, err
	}
	v := &Seen{Paper: p, Language: all[p.Agreement.Language]}
	if p.Agreement.Document != "" {
		v.Verified = Unchanged
		if _, err := s.document(ctx, p.Agreement); err != nil {
			v.Verified = Altered
		}
	}
	return v, nil
}

// Verify tells whether a copy that somebody holds is the document as it was signed. It returns Conflict for an agreement that is not signed.
func (s *Service) Verify(ctx context.Context, id string, copied io.Reader) (bool, error) {
	a, err := s.visible(ctx, ReadAgreements, "id = ?", id)
	if err != nil {
		return false, err
	}
	if a.SHA256 == "" {
		return false, errs.NewConflict("agreements.unsigned")
	}
	data, err := io.ReadAll(io.LimitReader(copied, files.MaxPicture+1))
	if err != nil {
		return false, errs.NewInvalid("files.picture.unread").Because(err)
	}
	return files.Sum(data) == a.SHA256, nil
}
