package emulatorkey

import (
	"context"
	"crypto"
	"crypto/rsa"
	"errors"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
	"github.com/jsign-jp/jsign/cardio/jpki"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/keys/jpkikey"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/testdata/ca"
)

func open(t *testing.T, uri, pin string) *jpkikey.Key {
	t.Helper()
	u, err := keys.ParseURI(uri)
	if err != nil {
		t.Fatal(err)
	}
	k, err := Open(u, jpkikey.Options{PIN: func(context.Context, jpki.PINRequest) (jpki.PIN, error) {
		return jpki.PIN{Value: []byte(pin), Typed: true}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestSigns gives the same certificate in each Key, whatever the query says.
func TestSigns(t *testing.T) {
	for uri, c := range map[string]struct{ pin, certificate string }{
		"emulator:":                        {emulator.SignPassword, ca.Sign},
		"emulator:?cert=sign&tries=2":      {emulator.SignPassword, ca.Sign},
		"emulator:?cert=auth&delay=1ms":    {emulator.AuthPIN, ca.Auth},
		"emulator:?token=android":          {emulator.SignPassword, ca.AndroidSign},
		"emulator:?token=iphone&cert=auth": {emulator.AuthPIN, ca.AndroidAuth},
	} {
		s, err := open(t, uri, c.pin).Unlock(context.Background())
		if err != nil {
			t.Errorf("%s: %v", uri, err)
			continue
		}
		signature, err := s.Sign(nil, make([]byte, 32), crypto.SHA256)
		if err != nil {
			t.Errorf("%s: %v", uri, err)
		}
		want := ca.Certificate(c.certificate)
		if err := rsa.VerifyPKCS1v15(want.PublicKey.(*rsa.PublicKey), crypto.SHA256, make([]byte, 32), signature); err != nil || !s.Chain()[0].Equal(want) {
			t.Errorf("%s: signed by %v: %v", uri, s.Chain()[0].Subject, err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("%s: %v", uri, err)
		}
	}
}

// TestCardLivesAsLongAsTheKey: tries that are used up stay used up.
func TestCardLivesAsLongAsTheKey(t *testing.T) {
	k := open(t, "emulator:?tries=3", "WRONG123")
	for left := 2; left >= 1; left-- {
		_, err := k.Unlock(context.Background())
		var wrong *cardio.PINError
		if !errors.As(err, &wrong) || wrong.Remaining != left {
			t.Errorf("want %d left: %v", left, err)
		}
	}
	if _, err := k.Unlock(context.Background()); !errors.Is(err, jpki.ErrLastTry) {
		t.Errorf("at the last try: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, uri := range []string{"emulator:?token=watch", "emulator:?tries=9", "emulator:?delay=fast", "emulator:?cert=both"} {
		u, err := keys.ParseURI(uri)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Open(u, jpkikey.Options{}); err == nil || lang.Explain(err, lang.Japanese) == err.Error() {
			t.Errorf("%s: %v", uri, err)
		}
	}
	u := keys.URI{Scheme: "emulator", Query: map[string][]string{"token": {"android"}, "cert": {"auth"}}}
	if _, err := Open(u, jpkikey.Options{}); err != nil || !u.Query.Has("cert") {
		t.Errorf("Open changed its argument: %v, %v", u.Query, err)
	}
}

func TestList(t *testing.T) {
	card, err := emulator.New(emulator.Options{Token: emulator.IPhone})
	if err != nil {
		t.Fatal(err)
	}
	states, err := jpkikey.List(context.Background(), NewManager(card))
	if err != nil || len(states) != 1 || states[0].Reader.Name != ReaderName || states[0].Info == nil ||
		states[0].Info.Token.Kind != jpki.IPhoneToken {
		t.Errorf("%+v, %v", states, err)
	}
}
