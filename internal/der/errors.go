package der

import "fmt"

// Reason says what is wrong with an encoding.
type Reason int

// The reasons. Those that OpenSSL's decoder tells apart are told apart here.
const (
	Truncated      Reason = iota + 1 // the input ends inside an element
	BadHeader                        // no valid tag and length, or the input ends inside them
	TooLong                          // an element reaches over the end of the one around it
	WrongTag                         // another element was expected
	FieldMissing                     // a SEQUENCE ends before a required field
	LengthMismatch                   // a SEQUENCE goes on after its last field
	MissingEOC                       // no end-of-contents where one was expected
	NotPrimitive                     // a type that is always primitive is constructed
	BadInteger                       // no octets, or more than needed
	BadOID                           // not an object identifier's octets
	BadValue                         // another value that its type excludes
	BadStringDepth                   // pieces of a string nested too deep
	OverLimit                        // a limit of this package or its caller
)

// String returns the reason in words.
func (r Reason) String() string {
	switch r {
	case Truncated:
		return "not enough data"
	case BadHeader:
		return "bad tag or length"
	case TooLong:
		return "element longer than its surroundings"
	case WrongTag:
		return "wrong tag"
	case FieldMissing:
		return "field missing"
	case LengthMismatch:
		return "data after the last field"
	case MissingEOC:
		return "end-of-contents missing"
	case NotPrimitive:
		return "type must be primitive"
	case BadInteger:
		return "bad integer"
	case BadOID:
		return "bad object identifier"
	case BadValue:
		return "bad value"
	case BadStringDepth:
		return "string nested too deep"
	case OverLimit:
		return "over a limit"
	}
	return "unknown"
}

// SyntaxError is an encoding that cannot be read.
type SyntaxError struct {
	Offset int64  // of the element at fault, from the start of the input
	Reason Reason // what is wrong
	Where  string // the field or type read, such as "SignerInfo.version"; may be empty
}

// Error returns one line.
func (e *SyntaxError) Error() string {
	if e.Where == "" {
		return fmt.Sprintf("asn.1: %s at offset %d", e.Reason, e.Offset)
	}
	return fmt.Sprintf("asn.1: %s at offset %d (%s)", e.Reason, e.Offset, e.Where)
}
