// Package keeper owns a key for as long as a batch runs.
//
//	k := keeper.New(ctx, key, keeper.Options{Lost: jpki.Lost})
//	defer k.Close()
//	chain, err := k.Chain()   // unlocks, the first time
//	value, err := k.Sign(tbs.SignWith)
//
// The key is unlocked when it is needed first, so that a batch with nothing to do
// asks for no PIN, and is kept unlocked until Close, or until it has not been used
// for Options.Idle. Between signatures that are far apart a card hears a harmless
// command every two seconds: Windows resets one that idles in a transaction for
// five.
//
// When the card goes away during the run, Sign waits for it, and the person is
// asked for the PIN again: a Keeper holds none, and so has none to send twice. The
// signature that was lost is made anew. Any other certificate than the first ends
// the run, and so does every other fault of the key; it is a *Fault, and from then
// on the answer to every call. The end of ctx ends the waiting and the asking, and
// leaves a signature in the card to be finished.
package keeper
