package openssl

import (
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// output is where the content goes.
type output struct {
	direct io.Writer // what is no regular file is written as it is
	file   *os.File  // direct, when it is ours to close
}

// toFile tells whether the content goes to a named file.
func (o *Options) toFile() bool { return o.Out.Given && o.Out.Name != "-" }

// spool returns what takes content until it is judged: for a regular file of
// -out its successor, which needs only to be renamed then; nil when nobody will
// see the content.
func (r *run) spool() func() (verify.Spool, error) {
	if r.discards() {
		return nil
	}
	return func() (verify.Spool, error) {
		if r.Options.toFile() {
			info, err := os.Stat(r.Options.Out.Name)
			if err == nil && info.Mode().IsRegular() && !r.Options.Text || errors.Is(err, fs.ErrNotExist) {
				if s, err := r.newSuccessor(); err == nil {
					return s, nil
				}
			}
		}
		return verify.TempSpool("")
	}
}

// successor is the file that will take -out's place.
type successor struct{ *durable.File }

func (r *run) newSuccessor() (*successor, error) {
	f, err := durable.Create(r.ctx, r.Options.Out.Name, durable.Options{Force: true, Flag: "-out", NoForce: true})
	if err != nil {
		return nil, err
	}
	r.next = &successor{f}
	return r.next, nil
}

// CopyTo has nothing to do where the content is there already.
func (s *successor) CopyTo(dst io.Writer) error {
	if dst != io.Writer(s) {
		return errors.New("the content is in its place already")
	}
	return nil
}

// Close gives the file up, unless it was committed.
func (s *successor) Close() error { return s.Abort() }

// openOutput does what openssl's opening of -out does: the file is there
// afterwards, and empty. Content comes to it only by a rename.
func (r *run) openOutput() *failure {
	o := r.Options
	if !o.toFile() {
		r.out = &output{direct: r.Stdout}
		return nil
	}
	f, err := os.OpenFile(o.Out.Name, os.O_WRONLY|os.O_CREATE, 0o666)
	if err == nil {
		err = r.prepare(f)
	}
	if err != nil {
		_, text := errno(err)
		return &failure{exit: ExitRead,
			lines: []string{fmt.Sprintf("Can't open \"%s\" for writing, %s", o.Out.Name, text)},
			queue: openFailed(o.Out.Name, "w", err)}
	}
	return nil
}

// prepare empties a regular file, unless it is the message or the content
// itself, which are still to be read.
func (r *run) prepare(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	r.out = &output{}
	if !info.Mode().IsRegular() {
		r.out.direct, r.out.file = f, f
		return nil
	}
	if !same(info, r.in.info) && !same(info, r.content.info) {
		err = f.Truncate(0)
	}
	return errors.Join(err, f.Close())
}

func same(a, b fs.FileInfo) bool { return b != nil && os.SameFile(a, b) }

// discards tells that nobody will see the content: it goes to the null device.
func (r *run) discards() bool {
	null, err := os.Stat(os.DevNull)
	if err != nil {
		return false
	}
	if r.Options.toFile() {
		info, err := os.Stat(r.Options.Out.Name)
		return err == nil && os.SameFile(info, null)
	}
	f, ok := r.Stdout.(*os.File)
	if !ok {
		return r.Stdout == io.Discard
	}
	info, err := f.Stat()
	return err == nil && os.SameFile(info, null)
}

// writeContent writes the content out.
func (r *run) writeContent() error {
	if r.silent || r.discards() {
		return nil
	}
	if r.out.direct == nil {
		return r.replace()
	}
	err := r.message.WriteContent(r.out.direct)
	if r.out.file != nil {
		err = errors.Join(err, r.out.file.Close())
	}
	return err
}

// replace gives the file its content in one step.
func (r *run) replace() error {
	if r.next == nil {
		if _, err := r.newSuccessor(); errors.Is(err, fs.ErrPermission) {
			return r.overwrite() // a file in a folder that may not be written to
		} else if err != nil {
			return err
		}
	}
	if err := r.message.WriteContent(r.next); err != nil {
		return errors.Join(err, r.next.Abort())
	}
	return r.next.Commit()
}

// overwrite writes to the file itself, and empties it again on failure.
func (r *run) overwrite() error {
	f, err := os.OpenFile(r.Options.Out.Name, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	err = r.message.WriteContent(f)
	if err != nil {
		err = errors.Join(err, f.Truncate(0))
	}
	return errors.Join(err, f.Close())
}

// writeCerts writes the message's certificates to -certsout.
func (r *run) writeCerts() *failure {
	o := r.Options
	if !o.CertsOut.Given {
		return nil
	}
	if r.message.Other != nil {
		r.pending = append(r.pending, cmsEntry(0x17000098, "cms_get0_certificate_choices", "unsupported content type"))
	}
	return saveCerts(o.CertsOut.Name, r.message.Certificates, "Error writing certs to ")
}

// writeSigners writes the signers' certificates to -signer, one for each
// SignerInfo.
func (r *run) writeSigners(result *verify.Result) *failure {
	if !r.Options.Signer.Given {
		return nil
	}
	var list []*trust.Certificate
	for _, s := range result.Signers {
		list = append(list, s.Certificate)
	}
	return saveCerts(r.Options.Signer.Name, list, "Error writing signers to ")
}

func saveCerts(name string, list []*trust.Certificate, message string) *failure {
	f, err := os.Create(name)
	if err == nil {
		for _, c := range list {
			err = errors.Join(err, pem.Encode(f, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
		}
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return &failure{exit: ExitCertsFile, lines: []string{message + name}, queue: openFailed(name, "w", err)}
	}
	return nil
}
