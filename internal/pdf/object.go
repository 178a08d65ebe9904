package pdf

import (
	"strconv"
)

// Object is a PDF object (ISO 32000-2, 7.3): Boolean, Integer, Real, Name,
// String, Array, Dict, *Stream, Ref or, in what is to be written, *Placeholder.
// The null object is nil.
type Object interface{ isObject() }

// Boolean is true or false.
type Boolean bool

// Integer is an integer of up to 18 digits; a longer one is read as a Real.
type Integer int64

// Real is a real number in its source text, such as "-.002", so that writing it
// again does not change it.
type Real string

// Name is a name without its slash, #xx sequences decoded. It holds bytes, in no
// particular encoding.
type Name string

// String is a string, decoded, and decrypted when the document is encrypted.
type String struct {
	Bytes []byte
	Hex   bool // written as <...>; else as (...)
}

// Array is an array. Its elements may be references.
type Array []Object

// Entry is one key and value of a dictionary.
type Entry struct {
	Key   Name
	Value Object
}

// Dict is a dictionary with its entries in source order, duplicates included.
type Dict []Entry

// Ref is a reference to an indirect object, and the name of that object.
type Ref struct {
	Num uint32
	Gen uint16
}

func (Boolean) isObject()      {}
func (Integer) isObject()      {}
func (Real) isObject()         {}
func (Name) isObject()         {}
func (String) isObject()       {}
func (Array) isObject()        {}
func (Dict) isObject()         {}
func (Ref) isObject()          {}
func (*Stream) isObject()      {}
func (*Placeholder) isObject() {}

// Float64 returns the value of a real; text that is no number counts as 0, as
// readers commonly take it.
func (r Real) Float64() float64 {
	v, err := strconv.ParseFloat(string(r), 64)
	if err != nil {
		return 0
	}
	return v
}

// IsZero reports whether r is the zero Ref, which names no object: object 0 is
// always free (ISO 32000-2, 7.5.4).
func (r Ref) IsZero() bool { return r.Num == 0 }

// String returns the reference as it is written, "12 0 R".
func (r Ref) String() string {
	return strconv.FormatUint(uint64(r.Num), 10) + " " + strconv.FormatUint(uint64(r.Gen), 10) + " R"
}

// Get returns the value of key, nil when it is absent. Of duplicate keys the
// last one counts, as in most readers; see Duplicate.
func (d Dict) Get(key Name) Object {
	for i := len(d) - 1; i >= 0; i-- {
		if d[i].Key == key {
			return d[i].Value
		}
	}
	return nil
}

// Has reports whether key is present with a value other than null.
func (d Dict) Has(key Name) bool { return d.Get(key) != nil }

// Name returns the direct name value of key, "" when it is something else.
func (d Dict) Name(key Name) Name {
	n, _ := d.Get(key).(Name)
	return n
}

// With returns a copy in which key has the value: in the place of the old entry
// (and of its duplicates) or at the end.
func (d Dict) With(key Name, value Object) Dict {
	out := make(Dict, 0, len(d)+1)
	placed := false
	for _, e := range d {
		if e.Key != key {
			out = append(out, e)
		} else if !placed {
			out = append(out, Entry{key, value})
			placed = true
		}
	}
	if !placed {
		out = append(out, Entry{key, value})
	}
	return out
}

// Without returns a copy without key.
func (d Dict) Without(key Name) Dict {
	out := make(Dict, 0, len(d))
	for _, e := range d {
		if e.Key != key {
			out = append(out, e)
		}
	}
	return out
}

// Duplicate returns the first key that stands twice in the dictionary itself
// (not in the dictionaries inside), which readers resolve differently.
func (d Dict) Duplicate() (key Name, found bool) {
	seen := make(map[Name]struct{}, len(d))
	for _, e := range d {
		if _, dup := seen[e.Key]; dup {
			return e.Key, true
		}
		seen[e.Key] = struct{}{}
	}
	return "", false
}
