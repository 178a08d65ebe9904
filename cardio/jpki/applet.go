package jpki

import (
	"context"
	"errors"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Parameters of commands (ISO/IEC 7816-4, tables 62 and 63).
const (
	selectByName  = 0x04
	selectEF      = 0x02
	noFCI         = 0x0C
	currentEF     = 0x80 // P2 of VERIFY and COMPUTE DIGITAL SIGNATURE
	claSignature  = 0x80 // JICSAP: COMPUTE DIGITAL SIGNATURE is proprietary
	maxResultSize = 256  // all there is
)

// applet is the JPKI applet of a card, selected. It keeps track of the current
// EF, which is right only as long as nobody else speaks to the card.
type applet struct {
	card    cardio.Card
	profile *profile
	current fileID // 0 for none
	block   int    // most bytes of one READ BINARY
}

// selectApplet selects the JPKI applet. The error wraps cardio.ErrNotThisCard
// if the card has none.
func selectApplet(ctx context.Context, card cardio.Card) (*applet, error) {
	a := &applet{card: card, profile: individualNumberCard(), block: maxBlock}
	c := cardio.Command{INS: cardio.InsSelect, P1: selectByName, P2: noFCI, Data: a.profile.aid}
	r, err := a.send(ctx, c)
	if err == nil && r.SW == cardio.SWInternal {
		r, err = a.send(ctx, c) // some cards answer 6F00 to the first command after power-up
	}
	if err != nil {
		return nil, err
	}
	if r.SW != cardio.SWSuccess {
		return nil, lang.Errorf("%w (%v)", "%w（%v）", cardio.ErrNotThisCard, r.SW.Err(c.INS))
	}
	return a, nil
}

// send transmits a command unless ctx is done, and follows 61xx and 6Cxx.
func (a *applet) send(ctx context.Context, c cardio.Command) (cardio.Response, error) {
	if err := ctx.Err(); err != nil {
		return cardio.Response{}, err
	}
	return cardio.Send(a.card, c)
}

// selectFile makes an EF the current one.
func (a *applet) selectFile(ctx context.Context, id fileID) error {
	if a.current == id {
		return nil
	}
	a.current = 0
	c := cardio.Command{INS: cardio.InsSelect, P1: selectEF, P2: noFCI, Data: []byte{byte(id >> 8), byte(id)}}
	r, err := a.send(ctx, c)
	if err == nil {
		err = r.SW.Err(c.INS)
	}
	if err == nil {
		a.current = id
	}
	return err
}

// readBlock reads up to n bytes, and no more than one READ BINARY brings, of
// the current EF. None means that the file ends here.
func (a *applet) readBlock(ctx context.Context, offset, n int) ([]byte, error) {
	c := cardio.Command{INS: cardio.InsReadBinary, P1: byte(offset >> 8), P2: byte(offset), Ne: min(n, a.block)}
	r, err := a.send(ctx, c)
	if err == nil && r.SW == cardio.SWWrongLength && c.Ne > smallBlock {
		a.block, c.Ne = smallBlock, smallBlock
		r, err = a.send(ctx, c)
	}
	switch {
	case err != nil:
		return nil, err
	case r.SW == cardio.SWSuccess || r.SW == cardio.SWEndOfFile:
		return r.Data[:min(len(r.Data), c.Ne)], nil
	case r.SW == cardio.SWWrongOffset && offset > 0:
		return nil, nil
	}
	return nil, r.SW.Err(c.INS)
}

// readFile reads the first n bytes of an EF, or all of them if there are fewer.
func (a *applet) readFile(ctx context.Context, id fileID, n int) ([]byte, error) {
	if err := a.selectFile(ctx, id); err != nil {
		return nil, err
	}
	return a.readOn(ctx, nil, n)
}

// readOn reads on from the end of content until it is n bytes long or the file
// ends.
func (a *applet) readOn(ctx context.Context, content []byte, n int) ([]byte, error) {
	for len(content) < n {
		block, err := a.readBlock(ctx, len(content), n-len(content))
		if err != nil {
			return nil, err
		}
		if len(block) == 0 {
			break
		}
		content = append(content, block...)
	}
	return content, nil
}

// queryPIN asks for the state of a PIN, which never costs a try: VERIFY without
// data is a case 1 command.
func (a *applet) queryPIN(ctx context.Context, id fileID) (PINStatus, error) {
	switch err := a.selectFile(ctx, id); {
	case errors.Is(err, cardio.ErrNotFound):
		return PINStatus{State: PINUnknown}, nil
	case err != nil:
		return PINStatus{}, err
	}
	r, err := a.send(ctx, cardio.Command{INS: cardio.InsVerify, P2: currentEF})
	if err != nil {
		return PINStatus{}, err
	}
	return statusOf(r.SW), nil
}

// verify sends an admitted PIN to the current EF, exactly once.
func (a *applet) verify(pin []byte) (cardio.SW, error) {
	r, err := cardio.SendOnce(a.card, cardio.Command{INS: cardio.InsVerify, P2: currentEF, Data: pin})
	return r.SW, err
}

// computeSignature has the key in the given EF sign input.
func (a *applet) computeSignature(ctx context.Context, key fileID, input []byte) ([]byte, error) {
	if err := a.selectFile(ctx, key); err != nil {
		return nil, err
	}
	c := cardio.Command{CLA: claSignature, INS: cardio.InsPerformSecurityOp, P2: currentEF, Data: input, Ne: maxResultSize}
	r, err := a.send(ctx, c)
	if err != nil {
		return nil, err
	}
	return r.Data, r.SW.Err(c.INS)
}
