package tsp

import (
	"bytes"
	"crypto"
	"math/big"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Info is a TSTInfo (RFC 3161, 2.4.2): what the TSA claims.
type Info struct {
	Policy    der.OID
	Algorithm der.OID     // hash of the imprint
	Hash      crypto.Hash // the same; 0 for one that is not known here
	Digest    []byte      // of what was stamped
	Serial    *big.Int
	Time      time.Time // genTime, UTC
	Accuracy  Accuracy
	Ordering  bool
	Nonce     *big.Int // nil for none
	TSA       []byte   // GeneralName's element; nil for none
}

// Accuracy is how far a token's time may be from the true one, to either side.
type Accuracy struct {
	Known bool // the TSA gave one
	Value time.Duration
}

// ParseInfo reads a TSTInfo that fills b. An unknown critical extension is an error,
// and so is another version than 1.
func ParseInfo(b []byte) (*Info, error) {
	i := &Info{}
	r := der.NewBytesReader(b)
	err := i.read(r)
	if err == nil {
		if rest, restErr := r.Rest(); restErr != nil || rest != der.RestNothing {
			err = r.Fault(der.LengthMismatch, "TSTInfo")
		}
	}
	if err != nil {
		return nil, lang.Errorf("the timestamp's content cannot be read: %w", "タイムスタンプの内容を読み取れません: %w", err)
	}
	return i, nil
}

func (i *Info) read(r *der.Reader) (err error) {
	const where = "TSTInfo"
	if err = r.EnterTag(der.TagSequence, where); err != nil {
		return err
	}
	version, err := r.Int32("TSTInfo.version")
	if err != nil {
		return err
	}
	if version != 1 {
		return r.Fault(der.BadValue, "TSTInfo.version")
	}
	if i.Policy, err = r.OID("TSTInfo.policy"); err != nil {
		return err
	}
	if err = i.readImprint(r); err != nil {
		return err
	}
	if i.Serial, err = r.Integer("TSTInfo.serialNumber", maxInteger); err != nil {
		return err
	}
	if i.Time, err = readTime(r); err != nil {
		return err
	}
	if err = i.readOptional(r); err != nil {
		return err
	}
	return leave(r, where)
}

// readImprint reads MessageImprint.
func (i *Info) readImprint(r *der.Reader) error {
	const where = "MessageImprint"
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return err
	}
	a, err := r.AlgorithmIdentifier(where, maxAlgorithm)
	if err != nil {
		return err
	}
	i.Algorithm = a.Algorithm
	if h := der.Hash(a.Algorithm); h != 0 && h.Available() {
		i.Hash = h
	}
	if i.Digest, err = r.Octets(der.TagOctetString, where, maxDigest); err != nil {
		return err
	}
	return leave(r, where)
}

// readOptional reads what follows genTime, each field optional and in this order.
func (i *Info) readOptional(r *der.Reader) error {
	fields := []struct {
		tag  byte
		read func(*der.Reader) error
	}{
		{der.TagSequence, i.Accuracy.read},
		{der.TagBoolean, i.readOrdering},
		{der.TagInteger, i.readNonce},
		{der.ContextConstructed, i.readTSA},
		{der.ContextConstructed | 1, refuseCritical},
	}
	for _, f := range fields {
		if err := optional(r, f.tag, f.read); err != nil {
			return err
		}
	}
	return nil
}

func (i *Info) readOrdering(r *der.Reader) error {
	b, err := r.Primitive(der.TagBoolean, "TSTInfo.ordering", 1)
	if err != nil {
		return err
	}
	i.Ordering = !bytes.Equal(b, []byte{0})
	return nil
}

func (i *Info) readNonce(r *der.Reader) (err error) {
	i.Nonce, err = r.Integer("TSTInfo.nonce", maxInteger)
	return err
}

func (i *Info) readTSA(r *der.Reader) (err error) {
	if err = r.Enter(); err != nil {
		return err
	}
	if i.TSA, err = r.Raw(maxName); err != nil {
		return err
	}
	return leave(r, "TSTInfo.tsa")
}

// read reads Accuracy: millis and micros are 1 to 999.
func (a *Accuracy) read(r *der.Reader) error {
	const where = "Accuracy"
	if err := r.Enter(); err != nil {
		return err
	}
	units := []struct {
		tag  byte
		max  int64
		unit time.Duration
	}{
		{der.TagInteger, maxAccuracy, time.Second},
		{der.ContextPrimitive, 999, time.Millisecond},
		{der.ContextPrimitive | 1, 999, time.Microsecond},
	}
	for _, u := range units {
		err := optional(r, u.tag, func(r *der.Reader) error {
			n, err := smallInteger(r, u.tag, u.max)
			a.Value += time.Duration(n) * u.unit
			return err
		})
		if err != nil {
			return err
		}
	}
	a.Known = true
	return leave(r, where)
}

// smallInteger reads an INTEGER from 0 to max under any tag.
func smallInteger(r *der.Reader, tag byte, max int64) (int64, error) {
	b, err := r.Primitive(tag, "Accuracy", maxInteger)
	if err != nil {
		return 0, err
	}
	n := new(big.Int).SetBytes(b)
	if len(b) == 0 || b[0] >= 0x80 || !n.IsInt64() || n.Int64() > max {
		return 0, r.Fault(der.BadValue, "Accuracy")
	}
	return n.Int64(), nil
}

// refuseCritical reads the extensions, none of which is known (RFC 3161, 2.4.2).
func refuseCritical(r *der.Reader) error {
	const where = "TSTInfo.extensions"
	if err := r.Enter(); err != nil {
		return err
	}
	for range maxExtensions {
		_, more, err := r.Next()
		if err != nil {
			return err
		}
		if !more {
			return r.Leave()
		}
		if err := refuseCriticalOne(r, where); err != nil {
			return err
		}
	}
	return r.Fault(der.OverLimit, where)
}

func refuseCriticalOne(r *der.Reader, where string) error {
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return err
	}
	if _, err := r.OID(where); err != nil {
		return err
	}
	err := optional(r, der.TagBoolean, func(r *der.Reader) error {
		critical, err := r.Primitive(der.TagBoolean, where, 1)
		if err != nil {
			return err
		}
		if !bytes.Equal(critical, []byte{0}) {
			return r.Fault(der.BadValue, where+", critical and unknown")
		}
		return nil
	})
	if err != nil {
		return err
	}
	if _, err := r.Octets(der.TagOctetString, where, maxName); err != nil {
		return err
	}
	return leave(r, where)
}

// readTime reads genTime: UTC, seconds there, a fraction allowed. Zeros at the
// fraction's end, which RFC 3161, 2.4.2 excludes, are let pass: some TSAs write them.
func readTime(r *der.Reader) (time.Time, error) {
	const where, layout = "TSTInfo.genTime", "20060102150405Z"
	b, err := r.Primitive(der.TagGeneralizedTime, where, maxTime)
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.Parse(layout, string(b)) // takes a fraction too
	if err != nil || bytes.IndexByte(b, ',') >= 0 {
		return time.Time{}, r.Fault(der.BadValue, where)
	}
	return t, nil
}
