package openssl

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// Exit codes of `openssl cms -verify`; with -verify_retcode a failure's is
// ExitRetCode and the X509_V_ERR number added.
const (
	ExitOK        = 0
	ExitUsage     = 1
	ExitRead      = 2 // something could not be read or opened
	ExitNotValid  = 4
	ExitCertsFile = 5 // -certsout or -signer could not be written
	ExitRetCode   = 32
)

// Command is one run of `openssl cms -verify`.
type Command struct {
	Options *Options
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	Getenv  func(string) string
	Now     func() time.Time
	// Anchors are trusted beside what the options name, when they name no
	// anchors at all; nil for none.
	Anchors []*trust.Certificate
	// NoDefaults leaves openssl's default file and folders out.
	NoDefaults bool
}

// Outcome is what a run found. Message and Result are nil when it did not come
// that far.
type Outcome struct {
	Exit    int
	Message *verify.Message
	Result  *verify.Result
	Verdict Verdict
	// Trust is what chains were judged by.
	Trust trust.Options
	// Err is a fault that openssl has no words for.
	Err error
}

// Run works through openssl's steps in openssl's order, printing what it prints.
// Outcome.Message is to be closed by the caller.
func (c *Command) Run(ctx context.Context) Outcome {
	for _, line := range c.Options.Warnings() {
		fmt.Fprintln(c.Stderr, line)
	}
	r := &run{Command: c}
	defer r.in.close()
	defer r.content.close()
	out := r.steps(ctx)
	out.Message, out.Trust = r.message, r.trust
	return out
}

// run is the state of one run.
type run struct {
	*Command
	extra   []*trust.Certificate // of -certfile
	in      input                // the message
	content input                // of -content
	message *verify.Message
	trust   trust.Options
	out     *output
	// pending are entries that openssl prints only if it fails in the end.
	pending []Entry
}

// steps goes on until one fails.
func (r *run) steps(ctx context.Context) Outcome {
	for _, step := range []func() *failure{
		r.loadCertFile,
		r.openMessage,
		r.openContent,
		r.writeCerts,
		func() *failure { return r.openOutput(ctx) },
		r.loadAnchors,
	} {
		if f := step(); f != nil {
			return r.fail(f)
		}
	}
	return r.verify()
}

// failure is a step that openssl ends with.
type failure struct {
	exit  int
	lines []string
	queue []Entry
	err   error // in jverify's own words
}

func (r *run) fail(f *failure) Outcome {
	for _, line := range f.lines {
		fmt.Fprintln(r.Stderr, line)
	}
	r.printQueue(append(r.pending, f.queue...))
	return Outcome{Exit: f.exit, Err: f.err}
}

func (r *run) printQueue(queue []Entry) {
	for _, e := range queue {
		fmt.Fprintln(r.Stderr, threadID+e.String())
	}
}

// verify makes the checks, prints the verdict, and writes what is to be written
// after it.
func (r *run) verify() Outcome {
	o := r.Options
	readErr := r.hashContent()
	var result *verify.Result
	if r.message.SignedData != nil {
		result = r.message.Check(verify.CheckOptions{
			Trust: r.trust, Certificates: r.extra, NoEmbedded: o.NoIntern,
			NoChain: o.NoVerify, NoAttributes: o.NoAttrVerify, NoContent: o.NoContentVerify, CAdES: o.CAdES,
		})
	}
	v := Judge(r.message, result, o)
	for _, chain := range v.Chains {
		printPolicies(r.Stderr, chain, o.Check.PolicyText)
	}
	out := Outcome{Result: result, Verdict: v, Err: readErr}
	if v.Valid || v.ContentWritten && o.Own.ReleaseUnverified {
		if err := r.writeContent(); err != nil {
			v.Valid, out.Verdict.Valid, out.Err = false, false, err
		}
	}
	r.printVerdict(v)
	if !v.Valid {
		out.Exit = ExitNotValid
		if o.RetCode {
			out.Exit = ExitRetCode + int(v.Code)
		}
		r.printQueue(append(r.pending, v.Queue...))
		return out
	}
	if f := r.writeSigners(result); f != nil {
		out.Exit = r.fail(f).Exit
		return out
	}
	if o.ReceiptPrint {
		printReceiptRequests(r.Stderr, r.message.SignedData)
	}
	return out
}

func (r *run) printVerdict(v Verdict) {
	kind, outcome := "CMS", "failure"
	if r.Options.CAdES {
		kind = "CAdES"
	}
	if v.Valid {
		outcome = "successful"
	}
	fmt.Fprintf(r.Stderr, "%s Verification %s\n", kind, outcome)
}

// keep chooses what becomes of the content after it was hashed.
func (r *run) keep() verify.Keep {
	o := r.Options
	switch {
	case r.discards():
		return verify.KeepNothing
	case o.Out.Given && o.Out.Name != "-":
		return verify.KeepSmall
	}
	// What was written to standard output cannot be taken back: no second
	// reading of the source may be needed.
	return verify.KeepAll
}

func (r *run) openMessage() *failure {
	in, err := r.openIn()
	if err != nil {
		name := r.Options.In.Name
		_, text := errno(err)
		return &failure{exit: ExitRead,
			lines: []string{fmt.Sprintf("Can't open \"%s\" for reading, %s", name, text)},
			queue: openFailed(name, r.readMode(), err)}
	}
	r.in = in
	r.message, err = verify.Open(in.Input, verify.OpenOptions{Form: r.form(), Keep: r.keep(), Text: r.Options.Text})
	if err != nil {
		return &failure{exit: ExitRead, lines: []string{"Error reading SMIME Content Info"}, queue: readingEntries(err, r.form())}
	}
	return nil
}

// readMode is how openssl opens the message, which its messages tell.
func (r *run) readMode() string {
	if r.Options.Form == DER || r.Options.Binary {
		return "rb"
	}
	return "r"
}

func (r *run) form() cms.Form {
	switch r.Options.Form {
	case DER:
		return cms.FormDER
	case PEM:
		return cms.FormPEM
	}
	return cms.FormSMIME
}

// openContent opens what -content names.
func (r *run) openContent() *failure {
	o := r.Options
	if !o.Content.Given {
		return nil
	}
	in, err := openFile(o.Content.Name)
	if err != nil {
		return &failure{exit: ExitRead, lines: []string{"Can't read content file " + o.Content.Name},
			queue: openFailed(o.Content.Name, "rb", err)}
	}
	r.content = in
	return nil
}

// hashContent hashes the content that lies outside of the message: -content's, or
// the first part of multipart/signed. openssl takes a fault of reading for the
// end of the content; here the check of the digest fails by it.
func (r *run) hashContent() error {
	o := r.Options
	trim := o.ASCIICRLF || r.message.SignedData != nil && r.message.SignedData.ContentType == der.ASCIITextWithCRLF
	switch {
	case o.Content.Given && o.Binary:
		return r.message.SetContent(r.content.Copy, r.content.At != nil)
	case o.Content.Given:
		return r.message.SetContent(r.content.CopyText(trim), r.content.At != nil)
	case r.message.Multipart():
		part := cms.PartOptions{Binary: o.Binary, CRLFEOL: o.CRLFEOL, StripTrailing: o.ASCIICRLF}
		return r.message.UsePart(part, trim)
	}
	return nil
}
