package sign

import (
	"context"
	"crypto"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
)

// write writes the message in the format asked for.
func (d *CMSDocument) write(ctx context.Context, dst io.Writer, message *cms.Message) error {
	switch d.opt.Format {
	case PEM:
		w := cms.NewPEMWriter(dst)
		if err := d.writeMessage(ctx, w, message); err != nil {
			return err
		}
		return w.Close()
	case SMIME:
		if d.attached() {
			return d.writeOpaque(ctx, dst, message)
		}
		return d.writeMultipart(ctx, dst, message)
	}
	return d.writeMessage(ctx, dst, message)
}

// writeMessage writes the ContentInfo.
func (d *CMSDocument) writeMessage(ctx context.Context, dst io.Writer, message *cms.Message) error {
	if d.attached() {
		return message.WriteAttached(dst, d.content.size, func(dst io.Writer) error { return d.copyAgain(ctx, dst) })
	}
	b, err := message.Marshal()
	if err != nil {
		return err
	}
	_, err = dst.Write(b)
	return err
}

// copyAgain copies the content and makes sure that it is still the same.
func (d *CMSDocument) copyAgain(ctx context.Context, dst io.Writer) error {
	again, err := d.hash(ctx, dst)
	if err == nil && !d.sameDigests(again) {
		err = errChanged()
	}
	return err
}

// writeOpaque writes application/pkcs7-mime (RFC 8551, 3.5.2).
func (d *CMSDocument) writeOpaque(ctx context.Context, dst io.Writer, message *cms.Message) error {
	const header = "MIME-Version: 1.0\r\n" +
		"Content-Disposition: attachment; filename=\"smime.p7m\"\r\n" +
		"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=\"smime.p7m\"\r\n" +
		"Content-Transfer-Encoding: base64\r\n\r\n"
	if _, err := io.WriteString(dst, header); err != nil {
		return err
	}
	return d.writeBase64(ctx, dst, message)
}

func (d *CMSDocument) writeBase64(ctx context.Context, dst io.Writer, message *cms.Message) error {
	w := cms.NewBase64Writer(dst, "\r\n")
	if err := d.writeMessage(ctx, w, message); err != nil {
		return err
	}
	return w.Close()
}

// writeMultipart writes multipart/signed (RFC 1847; RFC 8551, 3.5.3). The
// boundary is made of the content's own digest, which the content cannot hold.
func (d *CMSDocument) writeMultipart(ctx context.Context, dst io.Writer, message *cms.Message) error {
	boundary := "----" + hex.EncodeToString(d.digests.Sum(der.DigestOID(d.digest))[:20])
	const head = "MIME-Version: 1.0\r\n" +
		"Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=\"%s\"; boundary=\"%s\"\r\n\r\n" +
		"This is an S/MIME signed message\r\n\r\n--%[2]s\r\n"
	if _, err := fmt.Fprintf(dst, head, micalg(d.digest), boundary); err != nil {
		return err
	}
	if err := d.copyAgain(ctx, dst); err != nil {
		return err
	}
	const middle = "\r\n--%s\r\n" +
		"Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\n" +
		"Content-Transfer-Encoding: base64\r\n" +
		"Content-Disposition: attachment; filename=\"smime.p7s\"\r\n\r\n"
	if _, err := fmt.Fprintf(dst, middle, boundary); err != nil {
		return err
	}
	if err := d.writeBase64(ctx, dst, message); err != nil {
		return err
	}
	_, err := fmt.Fprintf(dst, "\r\n--%s--\r\n", boundary)
	return err
}

// micalg names the digest (RFC 8551, 3.5.3.2).
func micalg(h crypto.Hash) string {
	switch h {
	case crypto.SHA384:
		return "sha-384"
	case crypto.SHA512:
		return "sha-512"
	}
	return "sha-256"
}
