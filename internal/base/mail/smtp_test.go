package mail

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"
)

// server is a mail server that keeps what it is told; it speaks TLS at once or after STARTTLS.
type server struct {
	listener net.Listener
	tls      *tls.Config
	implicit bool
	offerTLS bool
	refuse   string // the answer to RCPT
	got      chan string
}

func newServer(t *testing.T, implicit, offerTLS bool) (*server, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"mail.test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	s := &server{implicit: implicit, offerTLS: offerTLS, got: make(chan string, 1),
		tls: &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}}
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.listener.Close() })
	go func() {
		for {
			conn, err := s.listener.Accept()
			if err != nil {
				return
			}
			go s.talk(conn)
		}
	}()
	return s, roots
}

func (s *server) talk(conn net.Conn) {
	defer conn.Close()
	secure := s.implicit
	if secure {
		conn = tls.Server(conn, s.tls)
	}
	in := bufio.NewReader(conn)
	say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
	say("220 mail.test")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.Fields(line)[0]); verb {
		case "EHLO":
			say("250-mail.test")
			if s.offerTLS && !secure {
				say("250-STARTTLS")
			}
			say("250 AUTH PLAIN")
		case "STARTTLS":
			if !s.offerTLS {
				say("502 what is that?")
				continue
			}
			say("220 go")
			conn = tls.Server(conn, s.tls)
			in, secure = bufio.NewReader(conn), true
		case "RCPT":
			if s.refuse != "" {
				say(s.refuse)
				continue
			}
			say("250 ok")
		case "AUTH":
			if !secure {
				say("530 TLS first")
				continue
			}
			say("235 ok")
		case "DATA":
			say("354 go")
			var b strings.Builder
			for {
				line, err := in.ReadString('\n')
				if err != nil || line == ".\r\n" {
					break
				}
				b.WriteString(strings.TrimPrefix(line, "."))
			}
			s.got <- b.String()
			say("250 ok")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// sender returns an SMTP sender for the server, as if it were a far one.
func (s *server) sender(t *testing.T, scheme string, roots *x509.CertPool) *SMTP {
	t.Helper()
	sender, err := Open(scheme+"://user:secret@"+s.listener.Addr().String(), "Préau <preau@écoles.example>")
	if err != nil {
		t.Fatal(err)
	}
	sender.plain, sender.roots = false, roots
	return sender
}

func TestALetterArrivesWholeOverTLSAtOnceOrAfterStartTLS(t *testing.T) {
	for _, implicit := range []bool{true, false} {
		s, roots := newServer(t, implicit, true)
		scheme := map[bool]string{true: "smtps", false: "smtp"}[implicit]
		text := "Bonjour Zoé,\n\n.une ligne qui commence par un point\nhttps://preau.example/login/link/" + strings.Repeat("a", 90) + "\n"
		err := s.sender(t, scheme, roots).Send(t.Context(), Message{To: "zoe@école.example", Subject: "Votre lien – Préau", Text: text})
		if err != nil {
			t.Fatalf("%s: %v", scheme, err)
		}
		m, err := netmail.ReadMessage(strings.NewReader(<-s.got))
		if err != nil {
			t.Fatal(err)
		}
		if subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil || subject != "Votre lien – Préau" {
			t.Errorf("subject %q, %v", subject, err)
		}
		if to := m.Header.Get("To"); to != "<zoe@xn--cole-9oa.example>" {
			t.Errorf("to %q", to)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		if err != nil || strings.TrimSpace(strings.ReplaceAll(string(body), "\r\n", "\n")) != strings.TrimSpace(text) {
			t.Errorf("text %q, %v", body, err)
		}
	}
}

func TestNothingIsSentToAServerWithoutTLS(t *testing.T) {
	s, roots := newServer(t, false, false)
	if err := s.sender(t, "smtp", roots).Send(t.Context(), Message{To: "zoe@ecole.example", Subject: "x", Text: "secret"}); err == nil {
		t.Fatal("the letter left in the clear")
	}
	if len(s.got) > 0 {
		t.Fatal("the letter arrived")
	}
}

func TestACertificateOfAnotherNameIsRefused(t *testing.T) {
	s, _ := newServer(t, true, true)
	if err := s.sender(t, "smtps", x509.NewCertPool()).Send(t.Context(), Message{To: "zoe@ecole.example", Subject: "x", Text: "secret"}); err == nil {
		t.Fatal("a stranger's certificate was trusted")
	}
}

func TestTheHeadOfALetterTakesNoSecondLine(t *testing.T) {
	spool := NewSpool(10)
	for _, m := range []Message{
		{To: "a@b.example\r\nBcc: c@d.example", Subject: "x"},
		{To: "a@b.example", Subject: "x\r\nBcc: c@d.example"},
		{To: "Zoé <a@b.example>", Subject: "x"},
		{To: "a@b.example, c@d.example", Subject: "x"},
		{To: "", Subject: "x"},
	} {
		if spool.Send(context.Background(), m) == nil {
			t.Errorf("taken: %q %q", m.To, m.Subject)
		}
	}
}

func TestAServerIsAskedForByAnAddressThatSaysHow(t *testing.T) {
	for address, ok := range map[string]bool{"smtps://u:p@mail.example": true, "smtp://mail.example:2525": true, "smtp://localhost:25": true,
		"mail.example:25": false, "https://mail.example": false, "smtp://": false, "": false} {
		_, err := Open(address, "preau@example.fr")
		if (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
		if err != nil && strings.Contains(err.Error(), ":p@") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
	if _, err := Open("smtp://localhost:25", "not an address"); err == nil {
		t.Error("a sender without an address")
	}
}
