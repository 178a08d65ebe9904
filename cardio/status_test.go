package cardio_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/internal/lang"
)

// TestStatusWords is the meaning of each status word, by instruction.
func TestStatusWords(t *testing.T) {
	meanings := []error{cardio.ErrBlocked, cardio.ErrSecurityStatus, cardio.ErrNotFound, cardio.ErrUnsupported}
	for _, test := range []struct {
		sw   cardio.SW
		ins  byte
		want error // the one of meanings it is; nil for none
	}{
		{0x6982, cardio.InsReadBinary, cardio.ErrSecurityStatus},
		{0x6982, cardio.InsPerformSecurityOp, cardio.ErrSecurityStatus},
		{0x6982, cardio.InsChangeReferenceData, cardio.ErrSecurityStatus},
		{0x6A82, cardio.InsSelect, cardio.ErrNotFound},
		{0x6A88, 0xCA, cardio.ErrNotFound},
		{0x6D00, 0xCB, cardio.ErrUnsupported},
		{0x6E00, cardio.InsPerformSecurityOp, cardio.ErrUnsupported},
		{0x6983, cardio.InsVerify, cardio.ErrBlocked},
		{0x6984, cardio.InsVerify, cardio.ErrBlocked},
		{0x6984, cardio.InsChangeReferenceData, cardio.ErrBlocked},
		{0x6984, cardio.InsPerformSecurityOp, nil}, // there it speaks of a key
		{0x63C0, cardio.InsVerify, cardio.ErrBlocked},
		{0x63C2, cardio.InsVerify, nil},
		{0x63C2, cardio.InsReadBinary, nil},
		{0x6300, cardio.InsVerify, nil},
		{0x6281, cardio.InsReadBinary, nil},
		{0x6282, cardio.InsReadBinary, nil},
		{0x6381, 0xD6, nil},
		{0x6400, cardio.InsSelect, nil},
		{0x6581, cardio.InsVerify, nil},
		{0x66F1, 0xAE, nil},
		{0x6700, cardio.InsVerify, nil},
		{0x6881, cardio.InsSelect, nil},
		{0x6882, cardio.InsSelect, nil},
		{0x69FC, cardio.InsVerify, nil},
		{0x6981, cardio.InsReadBinary, nil},
		{0x6985, cardio.InsPerformSecurityOp, nil},
		{0x6986, cardio.InsReadBinary, nil},
		{0x6A80, cardio.InsSelect, nil},
		{0x6A86, cardio.InsSelect, nil},
		{0x6B00, cardio.InsReadBinary, nil},
		{0x6F00, cardio.InsSelect, nil},
		{0x6100, cardio.InsReadBinary, nil},
		{0x6C04, cardio.InsReadBinary, nil},
		{0x0000, cardio.InsSelect, nil},
		{0xFFFF, cardio.InsSelect, nil},
	} {
		err := test.sw.Err(test.ins)
		var status *cardio.StatusError
		if !errors.As(err, &status) || status.SW != test.sw || status.INS != test.ins {
			t.Errorf("%v: no StatusError that keeps it: %v", test.sw, err)
			continue
		}
		for _, meaning := range meanings {
			if errors.Is(err, meaning) != (meaning == test.want) {
				t.Errorf("%v to %02X: is %q: %v", test.sw, test.ins, meaning, errors.Is(err, meaning))
			}
		}
		for _, l := range []lang.Language{lang.English, lang.Japanese} {
			if text := lang.Explain(err, l); !strings.Contains(text, test.sw.String()) || strings.Contains(text, "%!") {
				t.Errorf("%v: the message does not name it: %q", test.sw, text)
			}
		}
	}
	if err := cardio.SWSuccess.Err(cardio.InsVerify); err != nil {
		t.Errorf("9000: %v", err)
	}
}

// TestPINErrors: which answers are about a PIN, and how many tries they leave.
func TestPINErrors(t *testing.T) {
	for _, test := range []struct {
		sw        cardio.SW
		ins       byte
		remaining int
		ok        bool
	}{
		{0x63C5, cardio.InsVerify, 5, true},
		{0x63C1, cardio.InsVerify, 1, true},
		{0x63C0, cardio.InsVerify, 0, true},
		{0x63CF, cardio.InsVerify, 15, true},
		{0x63C2, cardio.InsChangeReferenceData, 2, true},
		{0x63C2, cardio.InsResetRetryCounter, 2, true},
		{0x6300, cardio.InsVerify, cardio.UnknownTries, true},
		{0x63C2, cardio.InsReadBinary, 0, false},
		{0x6300, cardio.InsSelect, 0, false},
		{0x63D2, cardio.InsVerify, 0, false},
		{0x6983, cardio.InsVerify, 0, false}, // blocked, and nothing was compared
		{0x6984, cardio.InsVerify, 0, false},
		{0x6982, cardio.InsVerify, 0, false},
	} {
		err := test.sw.Err(test.ins)
		var pin *cardio.PINError
		ok := errors.As(err, &pin)
		if ok != test.ok || ok && pin.Remaining != test.remaining {
			t.Errorf("%v to %02X: PINError %v %+v, want %v %d", test.sw, test.ins, ok, pin, test.ok, test.remaining)
		}
	}
}

func TestPINErrorTexts(t *testing.T) {
	for remaining, want := range map[int][2]string{
		cardio.UnknownTries: {"wrong PIN", "暗証番号が違います"},
		0:                   {"wrong PIN, 0 tries left", "暗証番号が違います。残り0回です"},
		1:                   {"wrong PIN, 1 try left", "暗証番号が違います。残り1回です"},
		4:                   {"wrong PIN, 4 tries left", "暗証番号が違います。残り4回です"},
	} {
		err := &cardio.PINError{Remaining: remaining}
		if got := [2]string{lang.Explain(err, lang.English), lang.Explain(err, lang.Japanese)}; got != want {
			t.Errorf("%d left: %q, want %q", remaining, got, want)
		}
	}
}

func TestTries(t *testing.T) {
	for _, test := range []struct {
		sw   cardio.SW
		left int
		ok   bool
	}{
		{0x63C0, 0, true}, {0x63C3, 3, true}, {0x63CF, 15, true},
		{0x63B3, 0, false}, {0x6300, 0, false}, {0x64C3, 0, false}, {0x9000, 0, false},
	} {
		if left, ok := test.sw.Tries(); ok != test.ok || ok && left != test.left {
			t.Errorf("%v: %d, %v", test.sw, left, ok)
		}
	}
}
