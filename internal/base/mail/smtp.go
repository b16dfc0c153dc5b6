package mail

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/idna"
)

// smtpTimeout ends a conversation with a server that does not answer.
const smtpTimeout = 30 * time.Second

// SMTP delivers letters to a mail server over TLS (RFC 5321, RFC 8314).
type SMTP struct {
	host, port     string
	user, password string
	implicit       bool // TLS from the first byte, else STARTTLS
	plain          bool // a relay on this very machine needs no TLS
	from           mail.Address
	roots          *x509.CertPool // nil: those of the machine
	clock          func() time.Time
}

var errServer = errors.New("mail: the server's address must be smtps://user:password@host or smtp://user:password@host")

// Open returns the sender for a server: smtps://user:password@host:465 speaks TLS at once, smtp://…:587 must
// switch to it before anything else; only a relay on this machine (smtp://localhost:25) is spoken to without.
// from is the sender's address: "Préau <preau@example.fr>".
func Open(server, from string) (*SMTP, error) {
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" {
		return nil, errServer // the cause may hold the password
	}
	s := &SMTP{host: u.Hostname(), port: u.Port(), user: u.User.Username(), clock: time.Now}
	s.password, _ = u.User.Password()
	switch u.Scheme {
	case "smtps":
		s.implicit = true
		s.port = orElse(s.port, "465")
	case "smtp":
		ip := net.ParseIP(s.host)
		s.plain = s.host == "localhost" || (ip != nil && ip.IsLoopback())
		s.port = orElse(s.port, "587")
	default:
		return nil, errServer
	}
	address, err := mail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("mail: the sender's address: %w", err)
	}
	s.from = *address
	if s.from.Address, err = ascii(address.Address); err != nil {
		return nil, fmt.Errorf("mail: the sender's address: %w", err)
	}
	return s, nil
}

func orElse(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

// Send delivers the letter to the server.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	to, err := ascii(m.To)
	if err != nil {
		return errMessage
	}
	letter, err := s.compose(to, m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, smtpTimeout)
	defer cancel()
	client, err := s.dial(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.Mail(s.from.Address); err != nil {
		return err
	}
	if err := client.Rcpt(to); err != nil {
		return err
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(letter); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_ = client.Quit() // the server has taken the letter
	return nil
}

// dial connects, secures the connection and logs in.
func (s *SMTP) dial(ctx context.Context) (*smtp.Client, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(s.host, s.port))
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	config := &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12, RootCAs: s.roots}
	if s.implicit {
		conn = tls.Client(conn, config)
	}
	client, err := smtp.NewClient(conn, s.host)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	if !s.implicit && !s.plain {
		err = client.StartTLS(config)
	}
	if err == nil && s.user != "" {
		err = client.Auth(smtp.PlainAuth("", s.user, s.password, s.host))
	}
	if err != nil {
		_ = client.Close()
		return nil, err
	}
	return client, nil
}

// compose returns the letter as RFC 5322 has it.
func (s *SMTP) compose(to string, m Message) ([]byte, error) {
	var id [16]byte
	_, _ = rand.Read(id[:])
	_, domain, _ := strings.Cut(s.from.Address, "@")
	var b bytes.Buffer
	for _, line := range [][2]string{
		{"From", s.from.String()},
		{"To", (&mail.Address{Address: to}).String()},
		{"Subject", mime.QEncoding.Encode("utf-8", m.Subject)},
		{"Date", s.clock().Format(time.RFC1123Z)},
		{"Message-ID", "<" + hex.EncodeToString(id[:]) + "@" + domain + ">"},
		{"Auto-Submitted", "auto-generated"}, // RFC 3834: no automatic answers, please
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"},
	} {
		b.WriteString(line[0] + ": " + line[1] + "\r\n")
	}
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	if _, err := io.WriteString(w, strings.ReplaceAll(m.Text, "\n", "\r\n")); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	b.WriteString("\r\n")
	return b.Bytes(), nil
}

// ascii returns the address with its domain as the mail system writes it (RFC 5891).
func ascii(address string) (string, error) {
	at := strings.LastIndexByte(address, '@')
	domain, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil {
		return "", err
	}
	for _, r := range address[:at] {
		if r > 0x7e {
			return "", errMessage // needs SMTPUTF8, which few servers speak
		}
	}
	return address[:at+1] + domain, nil
}
