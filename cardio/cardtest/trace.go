package cardtest

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jsign-jp/jsign/cardio"
)

// Exchange is one command and what came of it, in the text form of a trace:
// upper-case hex, of which the bytes of a PIN are "**".
type Exchange struct {
	Command string
	// Response is "" if the transport failed; Fault tells how, then.
	Response string
	Fault    string
}

// Trace is what was said to a card, and what it answered. Its text has a line
// for each: "> command", "< response", "! fault"; empty lines and lines that
// start with # are comments. Responses are kept in full: the trace of a real
// card holds its owner's certificates.
type Trace struct {
	Exchanges []Exchange
}

// Limits of a trace's text.
const (
	maxTraceLine = 4 * 65544      // two digits a byte of the longest APDU, and room
	maxTrace     = 1 << 16        // exchanges: more than any test has
	mask         = "**"           // a byte of a PIN
	goneText     = "card removed" // the fault that plays back as cardio.ErrCardRemoved
)

var errTrace = errors.New("malformed trace")

// Record returns a card that does what the given one does and writes it down.
// Not for use by several goroutines at a time.
func (t *Trace) Record(card cardio.Card) cardio.Card { return &recorder{t, card} }

type recorder struct {
	trace *Trace
	card  cardio.Card
}

func (r *recorder) Transmit(command []byte) ([]byte, error) {
	e := Exchange{Command: maskPIN(command)}
	response, err := r.card.Transmit(command)
	switch {
	case errors.Is(err, cardio.ErrCardRemoved):
		e.Fault = goneText
	case err != nil:
		e.Fault = strings.Join(strings.Fields(err.Error()), " ")
	default:
		e.Response = upperHex(response)
	}
	r.trace.Exchanges = append(r.trace.Exchanges, e)
	return response, err
}

func upperHex(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }

// maskPIN writes a command with every byte masked that may be part of a PIN:
// all that follows Lc in an instruction that carries one.
func maskPIN(command []byte) string {
	if len(command) < 2 || !mayCarryPIN(command[1]) {
		return upperHex(command)
	}
	shown := min(5, len(command)) // header and Lc
	if len(command) >= 7 && command[4] == 0 {
		shown = 7 // extended Lc
	}
	return upperHex(command[:shown]) + strings.Repeat(mask, len(command)-shown)
}

// mayCarryPIN says whether an instruction is one of VERIFY, CHANGE REFERENCE
// DATA, RESET RETRY COUNTER or JICSAP's CHANGE KEY. An odd instruction is the
// even one in another coding.
func mayCarryPIN(ins byte) bool {
	switch ins &^ 1 {
	case 0x20, 0x24, 0x2C, 0x32:
		return true
	}
	return false
}

// WriteTo writes the trace as text.
func (t *Trace) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	for _, e := range t.Exchanges {
		fmt.Fprintf(&b, "> %s\n", e.Command)
		if e.Fault != "" {
			fmt.Fprintf(&b, "! %s\n", e.Fault)
		} else {
			fmt.Fprintf(&b, "< %s\n", e.Response)
		}
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

// ReadTrace reads a trace from its text.
func ReadTrace(r io.Reader) (*Trace, error) {
	t := &Trace{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxTraceLine)
	command, open := "", false
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		kind, text, _ := strings.Cut(line, " ")
		if (kind == ">") == open || len(t.Exchanges) == maxTrace {
			return nil, fmt.Errorf("%w: %.40q is out of order", errTrace, line)
		}
		open = kind == ">"
		if open {
			command = text
			continue
		}
		e, err := newExchange(command, kind, text)
		if err != nil {
			return nil, err
		}
		t.Exchanges = append(t.Exchanges, e)
	}
	if open {
		return nil, fmt.Errorf("%w: the last command has no response", errTrace)
	}
	return t, lines.Err()
}

// newExchange joins two lines of a trace.
func newExchange(command, kind, text string) (Exchange, error) {
	e := Exchange{Command: strings.ToUpper(command)}
	if _, err := hex.DecodeString(strings.ReplaceAll(command, mask, "00")); err != nil || command == "" {
		return e, fmt.Errorf("%w: command %.40q", errTrace, command)
	}
	switch kind {
	case "<":
		b, err := hex.DecodeString(text)
		if err != nil || len(b) < 2 {
			return e, fmt.Errorf("%w: response %.40q", errTrace, text)
		}
		e.Response = strings.ToUpper(text)
	case "!":
		if text = strings.Join(strings.Fields(text), " "); text == "" {
			return e, fmt.Errorf("%w: a fault without a text", errTrace)
		}
		e.Fault = text
	default:
		return e, fmt.Errorf("%w: line starts with %.40q", errTrace, kind)
	}
	return e, nil
}

// Player is a card that answers as a trace has it. It is not for use by several
// goroutines at a time.
type Player struct {
	rest []Exchange
}

// Play returns a card that plays the trace from its start.
func (t *Trace) Play() *Player { return &Player{t.Exchanges} }

// Transmit answers the next command of the trace. Any other command is an
// error; of a PIN, only the length is compared.
func (p *Player) Transmit(command []byte) ([]byte, error) {
	said := maskPIN(command)
	if len(p.rest) == 0 {
		return nil, fmt.Errorf("the trace is at its end; sent %s", said)
	}
	e := p.rest[0]
	if e.Command != said {
		return nil, fmt.Errorf("the trace has %s; sent %s", e.Command, said)
	}
	p.rest = p.rest[1:]
	switch e.Fault {
	case "":
		return hex.DecodeString(e.Response)
	case goneText:
		return nil, cardio.ErrCardRemoved
	}
	return nil, errors.New(e.Fault)
}

// Rest returns how many exchanges have not been played.
func (p *Player) Rest() int { return len(p.rest) }
