package openssl

import (
	"fmt"
	"io"
	"time"

	"github.com/jsign-jp/jsign/internal/evidence"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
)

// File is the value of an option that names a file. An option given with an
// empty name is not the same as one not given.
type File struct {
	Name  string
	Given bool
}

// Options is a command line of `openssl cms -verify`, with jverify's own options
// beside it.
type Options struct {
	In, Out, Content   File
	CertFile           File
	CertsOut, Signer   File
	CAFile, CAPath     File
	CAStore            File
	NoCAFile, NoCAPath bool
	NoCAStore          bool

	Form Form // of the message

	Binary, CRLFEOL, ASCIICRLF, Text bool

	NoIntern, NoVerify, NoAttrVerify, NoContentVerify bool

	CAdES, RetCode, ReceiptPrint bool

	Check Check
	Own   Own

	Operands []string

	formGiven        bool
	noDetach, noAttr bool // only warned or complained about
	signers          int  // times -signer was given
	keys             []string
	receipts         receipts
	digest, cipher   string
	wrap             string
}

type receipts struct{ all, from, to bool }

// Check holds the options that say how certificates are checked
// (openssl-verification-options(1)).
type Check struct {
	Purpose    string // "" for the default
	Name       string // of a set of defaults
	Depth      Number
	AuthLevel  Number
	AtTime     Number // seconds since 1970
	Host       string
	Emails     []string // one at most; an empty address fits none
	IP         string
	Policies   []trust.OID
	SuiteB     string // "128only", "128", "192"
	PolicyText bool   // -policy_print

	IgnoreCritical, CRLCheck, CRLCheckAll               bool
	PolicyCheck, ExplicitPolicy, InhibitAny, InhibitMap bool
	X509Strict, ExtendedCRL, UseDeltas, CheckSelfSigned bool
	TrustedFirst, PartialChain, NoAltChains             bool
	NoCheckTime, AllowProxy                             bool
}

// Number is the value of a numeric option.
type Number struct {
	Value int64
	Given bool
}

// Own holds jverify's own options.
type Own struct {
	Strict            bool
	JSON              bool
	Report            bool
	ShowIdentity      bool
	ReleaseUnverified bool
	RequireRevocation bool
	Evidence          evidence.Options
	Bundle            string // what an earlier verdict rested on
	At                string // the moment of judgement in words
	Online            bool   // servers may be asked for revocation data
	Help, Version     bool
	PasswordFile      File // with the password of an encrypted PDF
	Profile           string
	Revision          Number // of the signature whose document is extracted
	Language          string
}

// Form is the form a message is in.
type Form int

// The forms; SMIME is openssl's default.
const (
	SMIME Form = iota
	PEM
	DER
)

// UsageError is a fault of the command line: exit code 1.
type UsageError struct {
	Lines []string // as openssl prints them
	Queue []Entry
	// Own is set for what openssl has no word for; Lines are empty then.
	Own error
}

// Error returns the first line.
func (e *UsageError) Error() string {
	if e.Own != nil {
		return e.Own.Error()
	}
	if len(e.Lines) == 0 {
		return "the command line cannot be used"
	}
	return e.Lines[0]
}

// Unwrap returns the error in the words of jverify, if that is what it is.
func (e *UsageError) Unwrap() error { return e.Own }

const seeHelp = "cms: Use -help for summary."

// usage makes a UsageError that ends as most of openssl's do.
func usage(lines ...string) *UsageError { return &UsageError{Lines: append(lines, seeHelp)} }

func onlyVerify(option string) error {
	return &UsageError{Own: lang.WithHint(
		lang.Errorf("jverify only verifies: -%s is not offered", "jverifyは検証だけを行います: -%sは使えません", option),
		"use openssl cms for it", "openssl cmsを使ってください")}
}

// Plain tells jverify's own form: there is an operand, and no option names the
// message or its content.
func (o *Options) Plain() bool {
	return len(o.Operands) > 0 && !o.In.Given && !o.Content.Given
}

// Language is the one that -lang asks for, or else.
func (o *Options) Language(otherwise lang.Language) lang.Language {
	if l, ok := lang.Parse(o.Own.Language); ok {
		return l
	}
	return otherwise
}

// Time is the time of -attime.
func (c *Check) Time() time.Time { return time.Unix(c.AtTime.Value, 0).UTC() }

// PrintUsage writes a fault of the command line as openssl does.
func PrintUsage(w io.Writer, fault *UsageError) {
	for _, line := range fault.Lines {
		fmt.Fprintln(w, line)
	}
	for _, e := range fault.Queue {
		fmt.Fprintln(w, threadID+e.String())
	}
}
