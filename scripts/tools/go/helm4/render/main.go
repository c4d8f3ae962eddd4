// Command render drives Helm's own engine for the fuzzer and the benches.
//
//	render cases < cases.jsonl          one JSON case a line in, one JSON result a line out
//	render bench SECONDS CHART[=VALUES]...    nanoseconds of one in-process render of each chart
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
)

type testCase struct {
	Files  map[string]string `json:"files"`
	Values string            `json:"values"`
}

type result struct {
	Output string `json:"output,omitempty"`
	Error  string `json:"error,omitempty"`
}

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: render cases|bench"))
	}
	switch os.Args[1] {
	case "cases":
		cases()
	case "bench":
		bench(os.Args[2:])
	default:
		fail(fmt.Errorf("unknown mode %q", os.Args[1]))
	}
}

func cases() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	decoder := json.NewDecoder(in)
	for decoder.More() {
		var c testCase
		if err := decoder.Decode(&c); err != nil {
			fail(err)
		}
		if err := encoder.Encode(runCase(c)); err != nil {
			fail(err)
		}
		// What was answered must not be lost when the next case takes the process down.
		out.Flush()
	}
}

func runCase(c testCase) (r result) {
	var files []*archive.BufferedFile
	for name, text := range c.Files {
		files = append(files, &archive.BufferedFile{Name: name, Data: []byte(text)})
	}
	ch, err := loader.LoadFiles(files)
	if err != nil {
		return result{Error: err.Error()}
	}
	values, err := common.ReadValues([]byte(c.Values))
	if err != nil {
		return result{Error: err.Error()}
	}
	rendered, err := render(ch, values)
	if err != nil {
		return result{Error: err.Error()}
	}
	hooks, manifests, err := releaseutil.SortManifests(rendered, nil, releaseutil.InstallOrder)
	if err != nil {
		return result{Error: err.Error()}
	}
	var b strings.Builder
	for _, m := range manifests {
		fmt.Fprintf(&b, "---\n# Source: %s\n%s\n", m.Name, m.Content)
	}
	for _, h := range hooks {
		fmt.Fprintf(&b, "---\n# Source: %s\n%s\n", h.Path, h.Manifest)
	}
	return result{Output: b.String()}
}

func render(ch *chart.Chart, values map[string]any) (map[string]string, error) {
	if err := chartutil.ProcessDependencies(ch, values); err != nil {
		return nil, err
	}
	options := common.ReleaseOptions{Name: "release-name", Namespace: "default", Revision: 1, IsInstall: true}
	top, err := util.ToRenderValues(ch, values, options, common.DefaultCapabilities.Copy())
	if err != nil {
		return nil, err
	}
	return engine.Engine{}.Render(ch, top)
}

// bench prints one JSON line a chart: the fastest and the median of repeated renders, loading and value merging left out as Pintle's bench does.
func bench(args []string) {
	seconds, err := strconv.ParseFloat(args[0], 64)
	if err != nil {
		fail(err)
	}
	for _, arg := range args[1:] {
		path, valuesFile, _ := strings.Cut(arg, "=")
		ch, err := loader.Load(path)
		if err != nil {
			fail(err)
		}
		values := map[string]any{}
		if valuesFile != "" {
			read, err := common.ReadValuesFile(valuesFile)
			if err != nil {
				fail(err)
			}
			values = read
		}
		if err := chartutil.ProcessDependencies(ch, values); err != nil {
			fail(err)
		}
		options := common.ReleaseOptions{Name: "release-name", Namespace: "default", Revision: 1, IsInstall: true}
		top, err := util.ToRenderValues(ch, values, options, common.DefaultCapabilities.Copy())
		if err != nil {
			fail(err)
		}
		var times []int64
		for start := time.Now(); time.Since(start).Seconds() < seconds || len(times) < 3; {
			began := time.Now()
			if _, err := (engine.Engine{}).Render(ch, top); err != nil {
				fail(fmt.Errorf("%s: %w", path, err))
			}
			times = append(times, time.Since(began).Nanoseconds())
		}
		sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
		fmt.Printf("{\"chart\":%q,\"median\":%d,\"min\":%d,\"runs\":%d}\n", arg, times[len(times)/2], times[0], len(times))
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "render:", err)
	os.Exit(1)
}
