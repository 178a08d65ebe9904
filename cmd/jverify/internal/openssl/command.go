package openssl

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
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
	// Anchors adds what is trusted when the options name no anchors at all; nil
	// adds nothing.
	Anchors func(*trust.Store) error
	// Plain is jverify's own form: the form of the message is found out, content is
	// binary and looked for beside a detached signature, and openssl's default
	// file and folders of anchors are left out.
	Plain    bool
	Language lang.Language // of jverify's own lines
	// Report makes jverify's report, whose verdict on certificates counts in the plain
	// form, and wherever revocation has to be known; nil for openssl's verdict alone.
	Report func(context.Context, *verify.Message, *verify.Result) *verify.Report
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
	// Report is what Command.Report made; nil when it was not asked.
	Report *verify.Report
	// Err is a fault that openssl has no words for.
	Err error

	compared bool // all steps before the verification were done
}

// Compared tells that the message was judged.
func (o Outcome) Compared() bool { return o.Message != nil && o.compared }

// Run works through openssl's steps in openssl's order, printing what it prints.
// Outcome.Message is to be closed by the caller.
func (c *Command) Run(ctx context.Context) Outcome {
	for _, line := range c.Options.Warnings() {
		fmt.Fprintln(c.Stderr, line)
	}
	r := &run{Command: c, ctx: ctx}
	defer r.in.close()
	defer r.content.close()
	out := r.steps()
	out.Message, out.Trust = r.message, r.trust
	return out
}

// run is the state of one run.
type run struct {
	*Command
	ctx     context.Context      // of Run
	extra   []*trust.Certificate // of -certfile
	in      input                // the message
	content input                // of -content
	message *verify.Message
	trust   trust.Options
	out     *output
	next    *successor // of -out's file; nil when there is none yet
	// beside names the content that was found beside a detached signature.
	beside string
	// silent tells that no content is to be written.
	silent bool
	// pending are entries that openssl prints only if it fails in the end.
	pending []Entry
}

// steps goes on until one fails.
func (r *run) steps() Outcome {
	for _, step := range []func() *failure{
		r.loadCertFile,
		r.openMessage,
		r.openContent,
		r.writeCerts,
		r.openOutput,
		r.loadTrust,
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
	result, readErr := r.check()
	v := Judge(r.message, result, o)
	report, refused := r.judgeCertificates(&v, result)
	for _, chain := range v.Chains {
		printPolicies(r.Stderr, chain, o.Check.PolicyText)
	}
	var warnings, objections []verify.Finding
	if v.Valid {
		warnings = warningsOf(r.message, result)
		objections = append(refused, r.objections(warnings)...)
		v.Valid = len(objections) == 0
	}
	out := Outcome{Result: result, Err: readErr, Report: report, compared: true}
	if v.Valid || v.ContentWritten && o.Own.ReleaseUnverified {
		if err := r.writeContent(); err != nil {
			v.Valid, out.Err = false, err
		}
	}
	out.Verdict = v
	r.printVerdict(v)
	r.finish(&out)
	if len(objections) > 0 {
		r.printFindings("error", objections)
	} else {
		r.printFindings("warning", warnings)
	}
	return out
}

// check hashes content outside of the message and makes all checks. The result
// is nil for a message that is not SignedData.
func (r *run) check() (*verify.Result, error) {
	if r.message.SignedData == nil {
		return nil, nil
	}
	o := r.Options
	opt := verify.CheckOptions{
		Trust: r.trust, Certificates: r.extra, NoEmbedded: o.NoIntern,
		JPKI: o.TrustsJPKI(), NoChain: o.NoVerify, CAdES: o.CAdES,
	}
	if r.Plain && !o.toFile() && !r.message.HasContent() {
		// The plain form gives out what was attached, and no copies of other files.
		r.silent = true
		r.message.KeepNothing()
	}
	err := r.hashContent(o.Binary)
	result := r.message.Check(opt)
	if !r.Plain || !r.message.Multipart() || r.hasContentFile() || result.ContentIntact() {
		return result, err
	}
	// The plain form does not ask whether a part was signed as text or as it is.
	if err := r.hashContent(!o.Binary); err != nil {
		return result, err
	}
	return r.message.Check(opt), nil
}

// finish sets the exit code, and prints the queue of a failure or writes the
// files that follow a success.
func (r *run) finish(out *Outcome) {
	v := out.Verdict
	if !v.Valid {
		out.Exit = ExitNotValid
		if r.Options.RetCode {
			out.Exit = ExitRetCode + int(v.Code)
		}
		r.printQueue(append(r.pending, v.Queue...))
		return
	}
	if f := r.writeSigners(out.Result); f != nil {
		out.Exit = r.fail(f).Exit
		return
	}
	if r.Options.ReceiptPrint {
		printReceiptRequests(r.Stderr, r.message.SignedData)
	}
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

func (r *run) openMessage() *failure {
	in, err := r.openIn()
	if err != nil {
		name := r.Options.In.Name
		_, text := errno(err)
		return &failure{exit: ExitRead,
			lines: []string{fmt.Sprintf("Can't open \"%s\" for reading, %s", name, text)},
			queue: openFailed(name, r.readMode(), err)}
	}
	form, in := r.form(in)
	r.in = in
	r.message, err = verify.Open(in.Input, verify.OpenOptions{Form: form, Spool: r.spool(), Text: r.Options.Text})
	if err != nil {
		return &failure{exit: ExitRead, lines: []string{"Error reading SMIME Content Info"}, queue: readingEntries(err, form)}
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

// form is the form of the message, in the plain form by its first octets.
func (r *run) form(in input) (cms.Form, input) {
	switch r.Options.Form {
	case DER:
		return cms.FormDER, in
	case PEM:
		return cms.FormPEM, in
	case SMIME:
		if !r.Plain || r.Options.formGiven {
			return cms.FormSMIME, in
		}
	}
	prefix, in := in.prefix(cms.DetectSize)
	return cms.DetectForm(prefix), in
}

// openContent opens what -content names.
func (r *run) openContent() *failure {
	o := r.Options
	if !o.Content.Given {
		return r.openBeside()
	}
	in, err := openFile(o.Content.Name)
	if err != nil {
		return &failure{exit: ExitRead, lines: []string{"Can't read content file " + o.Content.Name},
			queue: openFailed(o.Content.Name, "rb", err)}
	}
	r.content = in
	return nil
}

// hasContentFile tells that a file holds the content.
func (r *run) hasContentFile() bool { return r.Options.Content.Given || r.beside != "" }

// hashContent hashes the content that lies outside of the message: -content's, or
// the first part of multipart/signed. openssl takes a fault of reading for the
// end of the content; here the check of the digest fails by it.
func (r *run) hashContent(binary bool) error {
	o := r.Options
	trim := o.ASCIICRLF || r.message.SignedData != nil && r.message.SignedData.ContentType == der.ASCIITextWithCRLF
	switch {
	case r.hasContentFile() && binary:
		return r.message.SetContent(r.content.Copy)
	case r.hasContentFile():
		return r.message.SetContent(r.content.CopyText(trim))
	case r.message.Multipart():
		part := cms.PartOptions{Binary: binary, CRLFEOL: o.CRLFEOL, StripTrailing: o.ASCIICRLF}
		return r.message.UsePart(part, trim)
	}
	return nil
}
