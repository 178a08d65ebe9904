// Package cardtest is what tests need to run code against a card: one suite for
// everything that claims to carry one, a private PC/SC stack, and traces.
//
// Run holds a cardio.Exclusive to its contract, on an emulated card behind
// whatever carries it: the emulator's own Reader, or pcscd with either of the
// two bindings. RunRemoval does the same for cards that are taken out and put
// back.
//
// StartPCSC starts a pcscd that only this test knows: own socket, own
// configuration, loopback only, with an emulated card in its first reader.
// Programs find it by Stack.Env; Stack.Attach has the PC/SC library of the test
// process itself use it. StartRemovable does it with a card that can be taken
// out, which needs namespaces: InNamespace runs a test again inside.
//
// No test may send a PIN to a reader that is not its own: a developer's card
// has few tries. RequireOwnReader proves that a connection ends at the test's
// emulated card, by a random command that this card must see; Run and
// RunRemoval call it for every session they open.
//
// A Trace records commands and responses, PINs masked, and plays them back.
//
// Tools that are missing skip a test, and fail it when CI is "true".
//
// Implemented: PC/SC part 5 as far as cardio.Exclusive speaks of it; the
// protocol of vpcd (vsmartcard 3.3); sd_listen_fds(3) for the socket of pcscd.
package cardtest
