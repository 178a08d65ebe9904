//go:build interop

package verify_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jsign-jp/jsign/verify"
)

// foreign is what another program says of a PDF.
type foreign struct{ verdict, reason string }

// TestInteropPDF has pyHanko and DSS judge what jsign makes, what attacks make of
// it, and the collection. All must accept what jsign makes; where they and jverify
// differ over the collection stands in interop/pdf-differences.tsv with the
// reason, and nowhere else.
func TestInteropPDF(t *testing.T) {
	dir := t.TempDir()
	made, attacked := filesToJudge(t, dir)
	scored := scoredSamples(t)
	paths := append(slices.Clone(made), attacked...)
	ours := map[string]string{}
	for _, j := range judgeSamples(t, scored) {
		path := samplePath(t, j.sample)
		paths = append(paths, path)
		ours[path] = ourVerdict(j)
	}
	write(t, dir, "list", []byte(strings.Join(paths, "\n")+"\n"))
	programs := map[string]map[string]foreign{"pyHanko": byPyHanko(t, dir), "DSS": byDSS(t, dir)}
	var differences []string
	for _, program := range slices.Sorted(maps.Keys(programs)) {
		said := programs[program]
		if len(said) != len(paths) {
			t.Fatalf("%s judged %d of %d files", program, len(said), len(paths))
		}
		for _, path := range made {
			if f := said[path]; f.verdict != "accepted" && !strings.Contains(f.reason, "KeyError: Reference(idnum=90") { // pyHanko reads no dangling reference

				t.Errorf("%s does not accept what jsign makes: %s: %s %s", program, filepath.Base(path), f.verdict, f.reason)
			}
		}
		count := 0
		for _, path := range attacked {
			if said[path].verdict == "accepted" {
				count++
			}
		}
		t.Logf("%s accepts %d of %d attacks, jverify none", program, count, len(attacked))
		differences = append(differences, differencesOf(program, said, ours, scored, t)...)
	}
	checkDifferences(t, differences)
}

// filesToJudge writes what jsign makes, and the attacks on it.
func filesToJudge(t *testing.T, dir string) (made, attacked []string) {
	t.Helper()
	put := func(kind string, n int, name string, file []byte) string {
		path := filepath.Join(dir, fmt.Sprintf("%s-%03d-%s.pdf", kind, n, strings.NewReplacer(" ", "_", "/", "_", ":", "").Replace(name)))
		putFile(t, path, file)
		return path
	}
	documents := madeDocuments(t)
	for i, name := range slices.Sorted(maps.Keys(documents)) {
		made = append(made, put("made", i, name, documents[name].file))
	}
	plain, rich := attackedDocuments(t)
	for i, a := range attacks() {
		attacked = append(attacked, put("attack", i, a.name, a.make(plain[a.document])))
	}
	for i, v := range variants() {
		attacked = append(attacked, put("variant", i, v.name, v.attack(rich[v.document])))
	}
	for _, path := range attacked {
		data := getFile(t, path)
		r, err := verify.PDF(context.Background(), bytes.NewReader(data), int64(len(data)), pdfOptions(t))
		if err == nil && r.Valid() {
			t.Errorf("jverify accepts %s", filepath.Base(path))
		}
	}
	return made, attacked
}

func attackedDocuments(t *testing.T) (plain, rich map[string]made) {
	t.Helper()
	return documents(t), richDocuments(t)
}

func scoredSamples(t *testing.T) (scored []sample) {
	t.Helper()
	for _, s := range pdfSamples(t) {
		if s.bad() || s.verdict == "valid" {
			scored = append(scored, s)
		}
	}
	return scored
}

func samplePath(t *testing.T, s sample) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(pdfCorpus, s.name+".pdf"))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func ourVerdict(j judged) string {
	switch {
	case j.err != nil:
		return "error"
	case j.accepted(j.report):
		return "accepted"
	}
	return "refused"
}

func byPyHanko(t *testing.T, dir string) map[string]foreign {
	t.Helper()
	environment := filepath.Join(t.TempDir(), "venv")
	output(t, dir, tool(t, "python3"), "-m", "venv", environment)
	python := filepath.Join(environment, "bin", "python")
	output(t, dir, python, "-m", "pip", "install", "-q", "-r", filepath.Join(source(t), "requirements.txt"))
	return readVerdicts(t, output(t, dir, python, filepath.Join(source(t), "verify_pdf.py"), "list"))
}

func byDSS(t *testing.T, dir string) map[string]foreign {
	t.Helper()
	lib := t.TempDir()
	output(t, dir, tool(t, "mvn"), "-q", "-B", "-f", filepath.Join(source(t), "pom.xml"), "dependency:copy-dependencies", "-DoutputDirectory="+lib)
	judge := func(list string) map[string]foreign {
		return readVerdicts(t, output(t, dir, tool(t, "java"), "-cp", filepath.Join(lib, "*"), filepath.Join(source(t), "VerifyPDF.java"), list))
	}
	said := judge("list")
	var again strings.Builder // on a busy machine it has errors of its own now and then
	for path, f := range said {
		if f.verdict == "error" {
			again.WriteString(path + "\n")
		}
	}
	if again.Len() > 0 {
		write(t, dir, "again", []byte(again.String()))
		maps.Copy(said, judge("again"))
	}
	return said
}

// readVerdicts reads lines of path, verdict and reason; others are passed over.
func readVerdicts(t *testing.T, text []byte) map[string]foreign {
	t.Helper()
	out := map[string]foreign{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		if f := strings.SplitN(lines.Text(), "\t", 3); len(f) == 3 {
			out[f[0]] = foreign{f[1], f[2]}
		}
	}
	return out
}

// differencesOf lists the files over which a program and jverify differ: program,
// name, label, verdict of jverify, verdict of the program.
func differencesOf(program string, said map[string]foreign, ours map[string]string, scored []sample, t *testing.T) (list []string) {
	t.Helper()
	for _, s := range scored {
		path := samplePath(t, s)
		mine, theirs := ours[path] == "accepted", said[path].verdict == "accepted"
		if mine != theirs {
			list = append(list, strings.Join([]string{program, s.name[:12], s.verdict, ours[path], said[path].verdict, said[path].reason}, "\t"))
		}
	}
	t.Logf("%s agrees with jverify on %d of %d files of the collection", program, len(scored)-len(list), len(scored))
	return list
}

// checkDifferences compares with the list that is kept, without what the program
// said instead: pyHanko fails over a file in one run and refuses it in the next.
func checkDifferences(t *testing.T, got []string) {
	t.Helper()
	path := filepath.Join("interop", "pdf-differences.tsv")
	if os.Getenv("UPDATE") != "" {
		putFile(t, path, []byte(strings.Join(got, "\n")+"\n"))
	}
	key := func(line string) string {
		f := strings.Split(line, "\t")
		return strings.Join(f[:min(4, len(f))], "\t")
	}
	known := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(getFile(t, path))), "\n") {
		known[key(line)] = true
	}
	for _, line := range got {
		if !known[key(line)] {
			t.Errorf("a difference that is not listed: %s", line)
		}
		delete(known, key(line))
	}
	for line := range known {
		t.Errorf("no difference any more: %s", line)
	}
}
