package cardtest_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/cardtest"
	"github.com/jsign-jp/jsign/cardio/emulator"
)

// session is a conversation with a right and a wrong PIN in it.
var session = []string{
	"00A4040C0AD392F000260100000001", "00A4020C020018", "00200080", "002000800430303030", "002000800431323334",
	"00240180048765ABCD", "00A4020C020008", "00B0000000",
}

func transmit(t *testing.T, card cardio.Card, command string) ([]byte, error) {
	t.Helper()
	b, err := hex.DecodeString(command)
	if err != nil {
		t.Fatal(err)
	}
	return card.Transmit(b)
}

// TestTraceRecordsAndPlays: what is recorded, written and read plays the same
// answers, and holds no PIN.
func TestTraceRecordsAndPlays(t *testing.T) {
	var trace cardtest.Trace
	recording := trace.Record(newCard(t))
	var answers [][]byte
	for _, c := range session {
		answer, err := transmit(t, recording, c)
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, answer)
	}
	var text bytes.Buffer
	if n, err := trace.WriteTo(&text); err != nil || n != int64(text.Len()) {
		t.Fatalf("WriteTo: %d bytes of %d, error %v", n, text.Len(), err)
	}
	for _, pin := range []string{"30303030", "31323334", "8765ABCD"} {
		if strings.Contains(text.String(), pin) {
			t.Errorf("the trace holds %s:\n%s", pin, text.String())
		}
	}
	read, err := cardtest.ReadTrace(&text)
	if err != nil || !reflect.DeepEqual(read, &trace) {
		t.Fatalf("ReadTrace: %+v, error %v; want %+v", read, err, trace)
	}
	player := read.Play()
	for i, c := range session {
		answer, err := transmit(t, player, c)
		if err != nil || !bytes.Equal(answer, answers[i]) {
			t.Errorf("%s: got %X, error %v; want %X", c, answer, err, answers[i])
		}
	}
	if player.Rest() != 0 {
		t.Errorf("%d exchanges left", player.Rest())
	}
}

func TestPlayerRefuses(t *testing.T) {
	trace, err := cardtest.ReadTrace(strings.NewReader("> 00A4020C020018\n< 9000\n> 0020008004********\n< 63C2\n"))
	if err != nil {
		t.Fatal(err)
	}
	p := trace.Play()
	if _, err := transmit(t, p, "00A4020C020017"); err == nil || p.Rest() != 2 {
		t.Errorf("another command: error %v, %d left", err, p.Rest())
	}
	if _, err := transmit(t, p, "00A4020C020018"); err != nil {
		t.Error(err)
	}
	if _, err := transmit(t, p, "00200080053132333435"); err == nil || strings.Contains(err.Error(), "3132333435") {
		t.Errorf("a longer PIN: error %v", err)
	}
	if got, err := transmit(t, p, "002000800439393939"); err != nil || !bytes.Equal(got, []byte{0x63, 0xC2}) {
		t.Errorf("got %X, error %v", got, err)
	}
	if _, err := transmit(t, p, "00200080"); err == nil {
		t.Error("the trace has no end")
	}
}

// TestTraceMasks: nothing after Lc of a command that may hold a PIN is written,
// however it is encoded.
func TestTraceMasks(t *testing.T) {
	for command, want := range map[string]string{
		"00200080":                       "00200080",
		"0020008000":                     "0020008000",
		"002000800431323334":             "0020008004********",
		"0020008000000431323334":         "00200080000004********",
		"00200080043132333400":           "0020008004**********",
		"0021008004 31323334":            "0021008004********",
		"0024018004 31323334":            "0024018004********",
		"002C000004 31323334":            "002C000004********",
		"8032008004 31323334":            "8032008004********",
		"0C20008004 31323334":            "0C20008004********",
		"002000800431":                   "0020008004**",
		"0020":                           "0020",
		"802A008002ABCD00":               "802A008002ABCD00",
		"00A4040C0AD392F000260100000001": "00A4040C0AD392F000260100000001",
	} {
		var trace cardtest.Trace
		card, err := emulator.New(emulator.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := transmit(t, trace.Record(card), strings.ReplaceAll(command, " ", "")); err != nil {
			t.Fatal(err)
		}
		if got := trace.Exchanges[0].Command; got != want {
			t.Errorf("%s is written %s, want %s", command, got, want)
		}
	}
}

func TestTraceFaults(t *testing.T) {
	reader := emulator.NewReader(newCard(t))
	s, err := reader.Connect()
	if err != nil {
		t.Fatal(err)
	}
	var trace cardtest.Trace
	card := trace.Record(s)
	reader.Remove()
	if _, err := transmit(t, card, "00A40000"); !errors.Is(err, cardio.ErrCardRemoved) {
		t.Fatalf("error %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := transmit(t, card, "00A40000"); err == nil {
		t.Fatal("a closed session answers")
	}
	var text bytes.Buffer
	if _, err := trace.WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	read, err := cardtest.ReadTrace(&text)
	if err != nil {
		t.Fatal(err)
	}
	p := read.Play()
	if _, err := transmit(t, p, "00A40000"); !errors.Is(err, cardio.ErrCardRemoved) {
		t.Errorf("played: error %v", err)
	}
	if _, err := transmit(t, p, "00A40000"); err == nil || errors.Is(err, cardio.ErrCardRemoved) {
		t.Errorf("played: error %v", err)
	}
}

func TestReadTraceRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"answer first":      "< 9000\n",
		"two commands":      "> 00200080\n> 00200080\n< 9000\n",
		"no answer":         "> 00200080\n",
		"two answers":       "> 00200080\n< 63C3\n< 63C3\n",
		"no hex":            "> 002000ZZ\n< 9000\n",
		"half a byte":       "> 0020008\n< 9000\n",
		"half a mask":       "> 00200080*\n< 9000\n",
		"no status word":    "> 00200080\n< 90\n",
		"masked answer":     "> 00200080\n< ****\n",
		"nameless fault":    "> 00200080\n! \n",
		"unknown kind":      "> 00200080\n? 9000\n",
		"empty command":     "> \n< 9000\n",
		"line out of bound": "> " + strings.Repeat("00", 200000) + "\n< 9000\n",
	} {
		if trace, err := cardtest.ReadTrace(strings.NewReader(text)); err == nil {
			t.Errorf("%s: accepted as %+v", name, trace)
		}
	}
}

// FuzzTraceRoundTrip: what can be read is written as it was, comments apart.
func FuzzTraceRoundTrip(f *testing.F) {
	f.Add("# a comment\n\n> 00A4020C020018\n< 9000\n> 0020008004********\n< 63C2\n> 00200080\n! card removed\n")
	f.Add(">  00200080\r\n<  9000")
	f.Add("> 00b0000004\n< 3082045b9000\n")
	f.Fuzz(func(t *testing.T, text string) {
		first, err := cardtest.ReadTrace(strings.NewReader(text))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if _, err := first.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		second, err := cardtest.ReadTrace(&b)
		if err != nil || !reflect.DeepEqual(first, second) {
			t.Fatalf("%q reads as %+v, and when written as %+v, error %v", text, first, second, err)
		}
	})
}
