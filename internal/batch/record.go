package batch

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// Digest is a SHA-256 value.
type Digest [sha256.Size]byte

// Kind says what a record tells. Pending, Sealed, Signed and Failed are the
// states of a document: its last record decides.
type Kind uint8

// The kinds. The zero Kind is none.
const (
	Begin   Kind = iota + 1 // first record, with the caller's settings as Text
	Pending                 // the document is known and nothing is published
	Sealed                  // its output is complete and about to get its name
	Signed                  // its output stands, durable, under its name
	Failed                  // it cannot be signed; Text says why
	Note                    // Text says what was repaired
	End                     // every document of a run has been reported
	Restart                 // every document is to be signed again, with the settings in Text
)

// String returns the English name of the kind.
func (k Kind) String() string {
	names := [...]string{Begin: "begin", Pending: "pending", Sealed: "sealed", Signed: "signed", Failed: "failed", Note: "note", End: "end", Restart: "restart"}
	if k < Begin || k > Restart {
		return fmt.Sprintf("kind %d", uint8(k))
	}
	return names[k]
}

// ofDocument reports kinds that carry a name.
func (k Kind) ofDocument() bool { return k >= Pending && k <= Failed }

// hasDigests reports kinds that carry the three digests.
func (k Kind) hasDigests() bool { return k == Sealed || k == Signed }

// Record is one entry of the journal.
type Record struct {
	Kind Kind
	// Time is set by the journal, from its clock: records stay in the order they
	// were made in even when the clock is set back.
	Time time.Time
	// Name identifies the document: any bytes, never normalised. Only for
	// Pending, Sealed, Signed and Failed.
	Name string
	// In and Out are digests of the document and of its output, Certificate that
	// of the signer's certificate (DER). Only for Sealed and Signed.
	In, Out, Certificate Digest
	// Text is free: settings, the output's name (sealed and signed), reason, note.
	Text string
}

// The parts of a record around its body; see the package comment.
const (
	marker     = "JSJ1"
	headerSize = len(marker) + 4 + 8 + sha256.Size
	overhead   = headerSize + sha256.Size
	fixedBody  = 1 + 8 + 4 + 4 // kind, time, the two lengths
)

var errBody = errors.New("batch: malformed record")

// link is what a record says about those before it.
type link struct {
	synced int64  // bytes of the journal that were durable when it was made
	prev   Digest // sum of the record before
}

// appendRecord appends the encoding of r to b and returns the record's sum.
func appendRecord(b []byte, l link, r Record) ([]byte, Digest, error) {
	if len(r.Name) > maxName || len(r.Text) > maxText || (r.Name != "") != r.Kind.ofDocument() {
		return b, Digest{}, errBody
	}
	start := len(b)
	body := appendBody(nil, r)
	b = append(b, marker...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	b = binary.BigEndian.AppendUint64(b, uint64(l.synced))
	b = append(b, l.prev[:]...)
	b = append(b, body...)
	sum := Digest(sha256.Sum256(b[start:]))
	return append(b, sum[:]...), sum, nil
}

func appendBody(b []byte, r Record) []byte {
	b = append(b, byte(r.Kind))
	b = binary.BigEndian.AppendUint64(b, uint64(r.Time.UnixNano()))
	if r.Kind.hasDigests() {
		b = append(append(append(b, r.In[:]...), r.Out[:]...), r.Certificate[:]...)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(r.Name)))
	b = append(b, r.Name...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(r.Text)))
	return append(b, r.Text...)
}

// parseHeader reads what stands before the body. ok is false when these bytes
// are no header.
func parseHeader(b []byte) (l link, size int, ok bool) {
	if string(b[:len(marker)]) != marker {
		return l, 0, false
	}
	b = b[len(marker):]
	length, synced := binary.BigEndian.Uint32(b), binary.BigEndian.Uint64(b[4:])
	if length < uint32(fixedBody) || length > maxBody || synced > 1<<62 {
		return l, 0, false
	}
	return link{int64(synced), Digest(b[12:])}, int(length), true
}

// parseBody is the inverse of appendBody. b has at least fixedBody bytes; each
// content has one encoding.
func parseBody(b []byte) (r Record, err error) {
	r.Kind = Kind(b[0])
	if r.Kind < Begin || r.Kind > Restart {
		return r, errBody
	}
	r.Time = time.Unix(0, int64(binary.BigEndian.Uint64(b[1:]))).UTC()
	b = b[9:]
	if r.Kind.hasDigests() {
		for _, d := range []*Digest{&r.In, &r.Out, &r.Certificate} {
			if len(b) < len(d) {
				return r, errBody
			}
			b = b[copy(d[:], b):]
		}
	}
	var ok1, ok2 bool
	r.Name, b, ok1 = cutString(b)
	r.Text, b, ok2 = cutString(b)
	if !ok1 || !ok2 || len(b) > 0 || len(r.Name) > maxName || len(r.Text) > maxText || (r.Name != "") != r.Kind.ofDocument() {
		return r, errBody
	}
	return r, nil
}

// cutString takes a string with its length off b.
func cutString(b []byte) (s string, rest []byte, ok bool) {
	if len(b) < 4 {
		return "", nil, false
	}
	n := binary.BigEndian.Uint32(b)
	b = b[4:]
	if uint64(n) > uint64(len(b)) {
		return "", nil, false
	}
	return string(b[:n]), b[n:], true
}
