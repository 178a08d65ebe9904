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
	_, err = Run(context.Background(), j, folderJobs(folder), Options[string]{
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
	rng := rand.New(rand.NewPCG(6, 9))
	folder, kills, folders := t.TempDir(), 0, 1
	for kills < 20 {
		if killed(t, folder, time.Duration(20+rng.IntN(80))*time.Millisecond) {
			kills++
			continue
		}
		checkFolder(t, folder) // it was faster: the next one
		folder = t.TempDir()
		if folders++; folders > 60 {
			t.Fatalf("only %d kills in %d folders", kills, folders)
		}
	}
	if err := signFolder(folder); err != nil {
		t.Fatal(err)
	}
	checkFolder(t, folder)
	t.Logf("%d kills in %d folders", kills, folders)
}

// killed runs the batch in a process and kills it some time after the journal
// is there. It is false when the process ended before.
func killed(t *testing.T, folder string, after time.Duration) bool {
	t.Helper()
	var output bytes.Buffer
	child := exec.Command(os.Args[0], "-test.run=^TestKilledProcess$")
	child.Env = append(os.Environ(), childFolder+"="+folder)
	child.Stdout, child.Stderr = &output, &output
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	_ = child.Process.Kill() // fails when it has ended
	err := child.Wait()
	if err == nil {
		return false
	}
	if child.ProcessState.Exited() {
		t.Fatalf("the child failed: %v\n%s", err, output.String())
	}
	return true
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
				totals, err := Run(b.Context(), j, folderJobs(folder), Options[string]{
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
