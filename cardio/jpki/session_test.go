package jpki

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"sync"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/emulator"
)

// opened returns a session on a new card.
func opened(t *testing.T, o emulator.Options) (*rig, *Session) {
	t.Helper()
	r := newRig(t, o)
	s, err := r.unlock(Sign, r.typed(emulator.SignPassword), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return r, s
}

func TestDigests(t *testing.T) {
	_, s := opened(t, emulator.Options{})
	for _, h := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		digest := make([]byte, h.Size())
		signature, err := s.Sign(nil, digest, h)
		if err != nil {
			t.Errorf("%v: %v", h, err)
			continue
		}
		if err := rsa.VerifyPKCS1v15(s.Public().(*rsa.PublicKey), h, digest, signature); err != nil {
			t.Errorf("%v: %v", h, err)
		}
	}
	for name, c := range map[string]struct {
		size int
		opts crypto.SignerOpts
	}{
		"SHA-1":        {20, crypto.SHA1},
		"no hash":      {32, crypto.Hash(0)},
		"no options":   {32, nil},
		"PSS":          {32, &rsa.PSSOptions{Hash: crypto.SHA256}},
		"short":        {31, crypto.SHA256},
		"long":         {33, crypto.SHA256},
		"SHA3-256":     {32, crypto.SHA3_256},
		"wrong digest": {64, crypto.SHA256},
	} {
		if _, err := s.Sign(nil, make([]byte, c.size), c.opts); !errors.Is(err, ErrDigest) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDigestInfo compares with the prefixes of RFC 8017, 9.2, note 1.
func TestDigestInfo(t *testing.T) {
	for h, prefix := range map[crypto.Hash]string{
		crypto.SHA256: "3031300d060960864801650304020105000420",
		crypto.SHA384: "3041300d060960864801650304020205000430",
		crypto.SHA512: "3051300d060960864801650304020305000440",
	} {
		digest := bytes.Repeat([]byte{0xA5}, h.Size())
		got, err := rsaPKCS1v15{}.input(digest, h)
		if err != nil || hex.EncodeToString(got) != prefix+hex.EncodeToString(digest) {
			t.Errorf("%v: %x, %v", h, got, err)
		}
	}
}

// TestWrongSignature is a card whose signature its certificate does not
// confirm: it is not handed on.
func TestWrongSignature(t *testing.T) {
	r, s := opened(t, emulator.Options{WrongSignature: true})
	signature, err := s.Sign(nil, make([]byte, 32), crypto.SHA256)
	if signature != nil || !errors.Is(err, ErrWrongSignature) {
		t.Errorf("%x, %v", signature, err)
	}
	r.checkText(err)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestDisturbed has another program select another applet between VERIFY and
// the signature, which a transaction should have kept out.
func TestDisturbed(t *testing.T) {
	for name, aid := range map[string][]byte{
		"another applet": individualNumberCard().elsewhere,
		"and back":       individualNumberCard().aid,
	} {
		r, s := opened(t, emulator.Options{})
		r.selectAID(individualNumberCard().elsewhere)
		r.selectAID(aid)
		_, err := s.Sign(nil, make([]byte, 32), crypto.SHA256)
		if !errors.Is(err, ErrDisturbed) {
			t.Errorf("%s: %v", name, err)
		}
		r.checkText(err)
		if r.verifies() != 1 {
			t.Errorf("%s: %d VERIFYs", name, r.verifies())
		}
	}
}

// TestPulledBetweenVerifyAndSign takes the card away while the session waits.
func TestPulledBetweenVerifyAndSign(t *testing.T) {
	r, s := opened(t, emulator.Options{})
	r.reader.Remove()
	if _, err := s.Sign(nil, make([]byte, 32), crypto.SHA256); !errors.Is(err, cardio.ErrCardRemoved) {
		t.Errorf("Sign: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func TestClose(t *testing.T) {
	r, s := opened(t, emulator.Options{})
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if r.open || r.verified() {
		t.Error("Close left the card open")
	}
	if _, err := s.Sign(nil, make([]byte, 32), crypto.SHA256); !errors.Is(err, ErrSessionClosed) {
		t.Errorf("Sign after Close: %v", err)
	}
	if n := r.card.SignCount(); n != 0 {
		t.Errorf("%d signatures", n)
	}
}

// TestPINStateIsDroppedBothWays takes each of the two ways away in turn.
func TestPINStateIsDroppedBothWays(t *testing.T) {
	t.Run("reader that keeps the power", func(t *testing.T) {
		r := newRig(t, emulator.Options{})
		r.session = sticky{r.session}
		s, err := r.unlock(Sign, r.typed(emulator.SignPassword), Options{})
		if err != nil {
			t.Fatal(err)
		}
		signOnce(t, s)
		r.selectAID(individualNumberCard().aid)
		if r.verified() {
			t.Error("the PIN is still verified")
		}
	})
	t.Run("card without another applet", func(t *testing.T) {
		r := newRig(t, emulator.Options{})
		r.session = lonely{r.session}
		s, err := r.unlock(Sign, r.typed(emulator.SignPassword), Options{})
		if err != nil {
			t.Fatal(err)
		}
		signOnce(t, s)
		r.selectAID(individualNumberCard().aid)
		if r.verified() {
			t.Error("the PIN is still verified")
		}
	})
	t.Run("reader that fails", func(t *testing.T) {
		r := newRig(t, emulator.Options{})
		r.session = failing{r.session}
		s, err := r.unlock(Sign, r.typed(emulator.SignPassword), Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Close()
		if !errors.Is(err, ErrStillOpen) {
			t.Errorf("Close: %v", err)
		}
		r.checkText(err)
	})
}

// lonely is a card with no other applet.
type lonely struct{ cardio.Exclusive }

func (l lonely) Transmit(command []byte) ([]byte, error) {
	if command[1] == cardio.InsSelect && bytes.Contains(command, individualNumberCard().elsewhere) {
		return []byte{0x6A, 0x82}, nil
	}
	return l.Exclusive.Transmit(command)
}

// failing is a reader that fails to power down.
type failing struct{ cardio.Exclusive }

func (f failing) End(d cardio.Disposition) error {
	err := f.Exclusive.End(cardio.LeaveCard)
	if d == cardio.UnpowerCard {
		return errors.New("the reader does not obey")
	}
	return err
}

// TestManySignatures signs from several goroutines with one PIN.
func TestManySignatures(t *testing.T) {
	r, s := opened(t, emulator.Options{})
	const signers, each = 4, 5
	var wg sync.WaitGroup
	for g := range signers {
		wg.Go(func() {
			for i := range each {
				digest := sha256.Sum256([]byte{byte(g), byte(i)})
				if _, err := s.Sign(nil, digest[:], crypto.SHA256); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := r.card.SignCount(); n != signers*each {
		t.Errorf("%d signatures", n)
	}
	if r.verifies() != 1 {
		t.Errorf("%d VERIFYs", r.verifies())
	}
	selects := count(r.commands, func(c cardio.Command) bool {
		return c.INS == cardio.InsSelect && bytes.Equal(c.Data, []byte{0x00, 0x1A})
	})
	if selects != 1 {
		t.Errorf("the key was selected %d times", selects)
	}
}

// TestOrderOnTheWire checks the sequence that other programs can rely on: query,
// end, prompt, begin, query, VERIFY, certificate, signature, all after the
// second begin in one transaction.
func TestOrderOnTheWire(t *testing.T) {
	r := newRig(t, emulator.Options{})
	var prompted int
	s, err := r.unlock(Sign, r.typed(emulator.SignPassword, func() { prompted = len(r.commands) }), Options{})
	if err != nil {
		t.Fatal(err)
	}
	signOnce(t, s)
	isVerify := func(c cardio.Command) bool { return c.INS == cardio.InsVerify && len(c.Data) > 0 }
	isQuery := func(c cardio.Command) bool { return c.INS == cardio.InsVerify && len(c.Data) == 0 }
	if count(r.commands[:prompted], isQuery) != 1 || count(r.commands[prompted:], isQuery) != 1 {
		t.Error("the counter was not queried once on each side of the prompt")
	}
	if count(r.commands[:prompted], isVerify) != 0 || count(r.commands, isVerify) != 1 {
		t.Error("VERIFY is not where it belongs")
	}
	want := []cardio.Disposition{cardio.LeaveCard, cardio.UnpowerCard}
	if len(r.dispositions) != 2 || r.dispositions[0] != want[0] || r.dispositions[1] != want[1] {
		t.Errorf("transactions ended with %v, want %v", r.dispositions, want)
	}
	for _, c := range r.commands {
		if c.Extended || len(c.Data) > 255 || c.Ne > 256 {
			t.Errorf("%+v needs an extended APDU", c)
		}
	}
}

func TestContextOfASession(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r := newRig(t, emulator.Options{})
	s, err := Unlock(ctx, r, Auth, r.fromFile(emulator.AuthPIN), Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := s.Sign(nil, make([]byte, 32), crypto.SHA256); !errors.Is(err, context.Canceled) {
		t.Errorf("Sign: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

// TestKeepAlive: the card hears something, signs afterwards as before, and a lost
// one is noticed.
func TestKeepAlive(t *testing.T) {
	r, s := opened(t, emulator.Options{})
	before := len(r.commands)
	for range 2 {
		if err := s.KeepAlive(); err != nil {
			t.Error(err)
		}
	}
	if len(r.commands) != before+2 {
		t.Errorf("%d commands were sent", len(r.commands)-before)
	}
	if _, err := s.Sign(nil, make([]byte, 32), crypto.SHA256); err != nil {
		t.Error(err)
	}
	if r.verifies() != 1 {
		t.Errorf("%d VERIFYs", r.verifies())
	}
	r.reader.Remove()
	if err := s.KeepAlive(); !errors.Is(err, cardio.ErrCardRemoved) {
		t.Errorf("without card: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.KeepAlive(); !errors.Is(err, ErrSessionClosed) {
		t.Errorf("after Close: %v", err)
	}
}
