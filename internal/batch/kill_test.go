package batch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/durable"
)

const (
	childFolder = "JSIGN_TEST_BATCH_FOLDER"
	filesOnDisk = 100
)

// diskFile is a document in a real folder.
type diskFile struct{ folder, name string }

func (f diskFile) path() string { return filepath.Join(f.folder, f.name) }

func (f diskFile) Prepare(ctx context.Context) (string, Digest, error) {
	return f.name, sha256.Sum256([]byte(f.name)), ctx.Err()
}

func (f diskFile) Finish(ctx context.Context, signature []byte) (Output, error) {
	file, err := durable.Create(ctx, f.path(), durable.Options{})
	if err != nil {
		return nil, err
	}
	content := fmt.Appendf(signature, "%s", f.name)
	if _, err := file.Write(content); err != nil {
		return nil, errors.Join(err, file.Abort())
	}
	return diskOutput{file, sha256.Sum256(content)}, nil
}

func (f diskFile) Settle(_ context.Context, sealed Record) (bool, error) {
	content, err := os.ReadFile(f.path())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return sha256.Sum256(content) == sealed.Out, err // nothing but kills happens here
}

func (f diskFile) Unchanged(context.Context, Record) (bool, error) { return true, nil }

func (f diskFile) Close() error { return nil }

type diskOutput struct {
	*durable.File
	digest Digest
}

func (o diskOutput) Name() string { return hex.EncodeToString(o.digest[:]) }

func (o diskOutput) Digest() Digest { return o.digest }

// signFolder is the whole batch over a folder.
func signFolder(folder string) error {
	j, err := Open(filepath.Join(folder, "journal"), JournalOptions{})
	if err != nil {
		return err
	}
	_, err = Run(context.Background(), j, finite(folderJobs(folder)), Options[string]{
		Sign: func(_ context.Context, tbs string) ([]byte, error) {
			time.Sleep(time.Millisecond)
			if _, err := os.Lstat(filepath.Join(folder, tbs)); err == nil {
				return nil, fmt.Errorf("%s is signed though its output stands", tbs)
			}
			return signature(tbs), nil
		},
	})
	return errors.Join(err, j.Close())
}

func folderJobs(folder string) iter.Seq[Job[string]] {
	return func(yield func(Job[string]) bool) {
		for i := range filesOnDisk {
			name := fmt.Sprintf("out %d", i)
			if !yield(Job[string]{name, diskFile{folder, name}}) {
				return
			}
		}
	}
}

// TestKilledProcess kills a real process 20 times at random moments.
func TestKilledProcess(t *testing.T) {
	if folder := os.Getenv(childFolder); folder != "" {
		if err := signFolder(folder); err != nil {
			t.Fatal(err)
		}
		return
	}
	undisturbed := t.TempDir()
	if err := signFolder(undisturbed); err != nil {
		t.Fatal(err)
	}
	whole := journalSize(undisturbed)
	rng := rand.New(rand.NewPCG(6, 9))
	folder, kills, folders := t.TempDir(), 0, 1
	for kills < 20 {
		c := startChild(t, folder)
		c.awaitJournal(journalSize(folder) + 1 + rng.Int64N(whole))
		time.Sleep(time.Duration(rng.IntN(2000)) * time.Microsecond) // or it would always have just been written
		if c.killed(t) {
			kills++
			continue
		}
		checkFolder(t, folder) // it was faster: the next one
		folder = t.TempDir()
		if folders++; folders > 200 {
			t.Fatalf("only %d kills in %d folders", kills, folders)
		}
	}
	if err := signFolder(folder); err != nil {
		t.Fatal(err)
	}
	checkFolder(t, folder)
	t.Logf("%d kills in %d folders", kills, folders)
}

// journalSize is 0 where there is no journal yet.
func journalSize(folder string) int64 {
	info, err := os.Stat(filepath.Join(folder, "journal"))
	if err != nil {
		return 0
	}
	return info.Size()
}

// child is a process that runs the batch over a folder.
type child struct {
	folder string
	cmd    *exec.Cmd
	output bytes.Buffer
	ended  chan struct{}
	err    error // once it has ended
}

func startChild(t *testing.T, folder string) *child {
	t.Helper()
	c := &child{folder: folder, ended: make(chan struct{}), cmd: exec.Command(os.Args[0], "-test.run=^TestKilledProcess$")}
	c.cmd.Env = append(os.Environ(), childFolder+"="+folder)
	c.cmd.Stdout, c.cmd.Stderr = &c.output, &c.output
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		c.err = c.cmd.Wait()
		close(c.ended)
	}()
	return c
}

// awaitJournal returns when the journal has a size, or the process has ended.
func (c *child) awaitJournal(size int64) {
	for journalSize(c.folder) < size {
		select {
		case <-c.ended:
			return
		case <-time.After(200 * time.Microsecond):
		}
	}
}

// killed kills the process; false: it had done its work before.
func (c *child) killed(t *testing.T) bool {
	t.Helper()
	_ = c.cmd.Process.Kill() // fails when it has ended
	<-c.ended
	if c.err != nil && c.cmd.ProcessState.Exited() {
		t.Fatalf("the child failed: %v\n%s", c.err, c.output.String())
	}
	return c.err != nil
}

// checkFolder holds a folder to what an undisturbed run makes, but for hidden
// files, and its journal to the same.
func checkFolder(t *testing.T, folder string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), "out ") {
			continue
		}
		found++
		content, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if want := append(signature(e.Name()), e.Name()...); err != nil || !bytes.Equal(content, want) {
			t.Errorf("%s: %s, %v", e.Name(), hex.EncodeToString(content), err)
		}
	}
	journal, err := os.Open(filepath.Join(folder, "journal"))
	if err != nil {
		t.Fatal(err)
	}
	defer journal.Close()
	s, err := Verify(journal)
	if err != nil || found != filesOnDisk || s.Signed != filesOnDisk || s.Pending+s.Failed != 0 || !s.Ended {
		t.Errorf("%d outputs, %+v, %v", found, s, err)
	}
}

// BenchmarkCard reports how much of the time the card is at work, with a real
// journal and real outputs.
func BenchmarkCard(b *testing.B) {
	for _, card := range []time.Duration{5, 20, 80} {
		card *= time.Millisecond
		b.Run(card.String(), func(b *testing.B) {
			for b.Loop() {
				folder := b.TempDir()
				j, err := Open(filepath.Join(folder, "journal"), JournalOptions{})
				if err != nil {
					b.Fatal(err)
				}
				totals, err := Run(b.Context(), j, finite(folderJobs(folder)), Options[string]{
					Sign: func(_ context.Context, tbs string) ([]byte, error) {
						time.Sleep(card)
						return signature(tbs), nil
					},
				})
				if err != nil || totals.Signed != filesOnDisk {
					b.Fatalf("%+v, %v", totals, err)
				}
				b.ReportMetric(totals.Utilisation(), "utilisation")
				b.ReportMetric(float64((totals.Elapsed-filesOnDisk*card)/time.Microsecond)/1e3, "ms-over-the-card's-time")
				shut(b, j)
			}
		})
	}
}
