package jpki

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/internal/lang"
)

// TestAdmit is the whole table of the guard: every state of a PIN, for each
// key, with a typed PIN and one from a file, with and without the last try.
func TestAdmit(t *testing.T) {
	type verdicts struct{ typed, typedLast, file, fileLast error }
	always := func(err error) verdicts { return verdicts{err, err, err, err} }
	var yes error
	untyped := verdicts{yes, yes, ErrNotTyped, ErrNotTyped}
	last := verdicts{ErrLastTry, yes, ErrNotTyped, ErrNotTyped}
	for _, row := range []struct {
		status PINStatus
		sign   verdicts
		auth   verdicts
	}{
		{PINStatus{State: PINUnknown}, always(ErrNoCounter), always(ErrNoCounter)},
		{PINStatus{State: PINUnknown, Tries: 5}, always(ErrNoCounter), always(ErrNoCounter)},
		{PINStatus{State: PINBlocked}, always(cardio.ErrBlocked), always(cardio.ErrBlocked)},
		{PINStatus{State: PINVerified}, always(ErrOpen), always(ErrOpen)},
		{PINStatus{State: PINState(99), Tries: 5}, always(ErrNoCounter), always(ErrNoCounter)},
		{PINStatus{PINReady, -1}, always(ErrNoCounter), always(ErrNoCounter)},
		{PINStatus{PINReady, 0}, always(ErrNoCounter), always(ErrNoCounter)},
		{PINStatus{PINReady, 1}, last, last},
		{PINStatus{PINReady, 2}, untyped, untyped},
		{PINStatus{PINReady, 3}, untyped, always(yes)},
		{PINStatus{PINReady, 4}, untyped, untyped}, // more than a full counter is not a full one
		{PINStatus{PINReady, 5}, always(yes), untyped},
		{PINStatus{PINReady, 15}, untyped, untyped},
	} {
		for key, want := range map[KeyKind]verdicts{Sign: row.sign, Auth: row.auth} {
			for _, c := range []struct {
				typed, lastTry bool
				want           error
			}{{true, false, want.typed}, {true, true, want.typedLast}, {false, false, want.file}, {false, true, want.fileLast}} {
				got := admit(key, row.status, c.typed, Options{LastTry: c.lastTry})
				if !errors.Is(got, c.want) {
					t.Errorf("%v PIN, %v, typed %v, last try %v: %v, want %v", key, row.status, c.typed, c.lastTry, got, c.want)
				}
				if got != nil && (lang.Hint(got, lang.English) == "" || lang.Hint(got, lang.Japanese) == lang.Hint(got, lang.English)) {
					t.Errorf("%v: no hint in both languages", got)
				}
			}
		}
	}
}

// TestOutcome reads every status word that VERIFY could be answered by.
func TestOutcome(t *testing.T) {
	for sw := range 1 << 16 {
		sw := cardio.SW(sw)
		for _, key := range []KeyKind{Sign, Auth} {
			err := outcome(key, sw, nil)
			var pin *cardio.PINError
			var uncertain *UncertainError
			switch {
			case sw == cardio.SWSuccess:
				if err != nil {
					t.Fatalf("%v: %v", sw, err)
				}
			case sw&0xFFF0 == 0x63C0:
				if !errors.As(err, &pin) || pin.Remaining != int(sw&0xF) || errors.Is(err, cardio.ErrBlocked) != (sw == 0x63C0) {
					t.Fatalf("%v: %v", sw, err)
				}
			case sw == cardio.SWNoCounter:
				if !errors.As(err, &pin) || pin.Remaining != cardio.UnknownTries {
					t.Fatalf("%v: %v", sw, err)
				}
			case sw == cardio.SWBlocked || sw == cardio.SWReferenceLocked:
				if !errors.Is(err, cardio.ErrBlocked) {
					t.Fatalf("%v: %v", sw, err)
				}
			case !errors.As(err, &uncertain):
				t.Fatalf("%v: %v, want uncertainty", sw, err)
			}
		}
	}
	lost := outcome(Sign, 0, cardio.ErrCardRemoved)
	if !errors.As(lost, new(*UncertainError)) || !errors.Is(lost, cardio.ErrCardRemoved) {
		t.Errorf("a lost answer: %v", lost)
	}
	if both := outcome(Sign, cardio.SWSuccess, cardio.ErrCardRemoved); both == nil {
		t.Error("a transport error with 9000 passed")
	}
}

// TestStatusOf reads every status word that a query could be answered by.
func TestStatusOf(t *testing.T) {
	for sw := range 1 << 16 {
		got := statusOf(cardio.SW(sw))
		var want PINStatus
		switch {
		case sw == 0x63C0 || sw == 0x6983 || sw == 0x6984:
			want.State = PINBlocked
		case sw > 0x63C0 && sw <= 0x63CF:
			want = PINStatus{PINReady, sw - 0x63C0}
		case sw == 0x9000:
			want.State = PINVerified
		}
		if got != want {
			t.Fatalf("%04X: %v, want %v", sw, got, want)
		}
	}
}

func TestCheckPIN(t *testing.T) {
	for _, c := range []struct {
		key KeyKind
		pin string
		ok  bool
	}{
		{Auth, "1234", true}, {Auth, "0000", true},
		{Auth, "", false}, {Auth, "123", false}, {Auth, "12345", false}, {Auth, "12a4", false},
		{Auth, "123\n", false}, {Auth, "１２", false}, {Auth, "ABCD", false},
		{Sign, "ABC123", true}, {Sign, "abc123", true}, {Sign, "ABCDEFGH12345678", true}, {Sign, "123456", true},
		{Sign, "", false}, {Sign, "ABC12", false}, {Sign, "ABCDEFGH123456789", false}, {Sign, "1234", false},
		{Sign, "ABC 123", false}, {Sign, "ABC123\n", false}, {Sign, "ABC-123", false}, {Sign, "ＡＢ1", false},
		{Sign, "ABC12\x00", false}, {Sign, "@BC123", false}, {Sign, "[BC123", false}, {Sign, "`BC123", false}, {Sign, "{BC123", false},
		{Sign, "/BC123", false}, {Sign, ":BC123", false},
	} {
		given := []byte(c.pin)
		err := c.key.CheckPIN(given)
		if (err == nil) != c.ok || err != nil && !errors.Is(err, ErrPINForm) {
			t.Errorf("%v %q: %v", c.key, c.pin, err)
		}
		if string(given) != c.pin {
			t.Errorf("CheckPIN changed %q", c.pin)
		}
	}
}

func TestUpper(t *testing.T) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	upper(all)
	for i, c := range all {
		want := byte(i)
		if 'a' <= want && want <= 'z' {
			want -= 'a' - 'A'
		}
		if c != want {
			t.Errorf("%02X became %02X", i, c)
		}
	}
}

func TestSameAs(t *testing.T) {
	a := observation{identity: identity{1}, pin: PINStatus{PINReady, 5}}
	b := a
	if err := a.sameAs(b); err != nil {
		t.Error(err)
	}
	b.pin.Tries = 4
	if err := a.sameAs(b); !errors.Is(err, ErrCounterChanged) {
		t.Errorf("counter: %v", err)
	}
	b.pin.Tries = 6
	if err := a.sameAs(b); !errors.Is(err, ErrCounterChanged) {
		t.Errorf("counter: %v", err)
	}
	b.identity = identity{2}
	if err := a.sameAs(b); !errors.Is(err, ErrOtherCard) {
		t.Errorf("identity: %v", err)
	}
}

func TestErrorsSpeakBothLanguages(t *testing.T) {
	for _, k := range []KeyKind{Sign, Auth} {
		for _, err := range []error{
			blockedError(k), lastTryError(k), untypedError(2, 5), formError(k), &NoCertificateError{k},
			&UncertainError{cardio.ErrCardRemoved}, errOpen, errNoCounter, errOtherCard, errCounterChanged,
			outcome(k, 0x63C2, nil), outcome(k, 0x63C0, nil),
		} {
			for _, pair := range [][2]string{
				{lang.Explain(err, lang.English), lang.Explain(err, lang.Japanese)},
				{lang.Hint(err, lang.English), lang.Hint(err, lang.Japanese)},
			} {
				if pair[0] == "" || pair[1] == "" || pair[0] == pair[1] {
					t.Errorf("%v: %q", err, pair)
				}
			}
		}
	}
}

func ExampleKeyKind_CheckPIN() {
	fmt.Println(Auth.CheckPIN([]byte("12345")))
	fmt.Println(Sign.CheckPIN([]byte("password1")))
	// Output:
	// the PIN cannot be right
	// <nil>
}
