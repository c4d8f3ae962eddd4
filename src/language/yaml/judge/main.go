// Judge runs sigs.k8s.io/yaml, goyaml.v3, encoding/json and BurntSushi/toml, at the versions Helm links, to record what Pintle must do.
//
// With the path of a vectors file as argument it runs the cases there and writes the answers into the file. A file is
// {"modes": [...], "cases": [[input, answer, ...], ...]}: an answer for each mode, "V" and the output or "E" and the error, and
// null where it is the same as the one before. Without an argument it reads inputs in base64, a line each, and prints the answers
// to the modes named by MODES (separated by commas) in base64.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/release/v1/util"
	"sigs.k8s.io/yaml"
	goyaml3 "sigs.k8s.io/yaml/goyaml.v3"
)

func marshal(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "MARSHAL ERROR " + err.Error()
	}
	return string(b)
}

func pretty(v any) (string, error) {
	var b bytes.Buffer
	e := goyaml3.NewEncoder(&b)
	e.SetIndent(2)
	err := e.Encode(v)
	return b.String(), err
}

// typed builds the value a description in JSON stands for: scalars as [type, text], collections as they are, in base64 what is a string.
func typed(d any) any {
	switch x := d.(type) {
	case []any:
		if len(x) == 2 {
			if kind, ok := x[0].(string); ok {
				text, _ := x[1].(string)
				switch kind {
				case "string":
					b, _ := base64.StdEncoding.DecodeString(text)
					return string(b)
				case "float64":
					f, _ := strconv.ParseFloat(text, 64)
					return f
				case "int":
					n, _ := strconv.ParseInt(text, 10, 64)
					return int(n)
				case "uint64":
					n, _ := strconv.ParseUint(text, 10, 64)
					return n
				case "list":
					out := []any{}
					for _, item := range x[1].([]any) {
						out = append(out, typed(item))
					}
					return out
				case "map":
					out := map[string]any{}
					for _, item := range x[1].([]any) {
						entry := item.([]any)
						key, _ := base64.StdEncoding.DecodeString(entry[0].(string))
						out[string(key)] = typed(entry[1])
					}
					return out
				}
			}
		}
	}
	return d
}

func run(mode, text string) (result string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	in := []byte(text)
	if strings.HasPrefix(mode, "v-") {
		var d any
		if err := json.Unmarshal(in, &d); err != nil {
			return "", err
		}
		v := typed(d)
		var b bytes.Buffer
		switch mode[2:] {
		case "yaml":
			out, err := yaml.Marshal(v)
			return string(out), err
		case "pretty":
			return pretty(v)
		case "json":
			out, err := json.Marshal(v)
			return string(out), err
		case "indent":
			out, err := json.MarshalIndent(v, "> ", "\t")
			return string(out), err
		case "raw":
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			err := e.Encode(v)
			return strings.TrimSuffix(b.String(), "\n"), err
		case "toml":
			err := toml.NewEncoder(&b).Encode(v)
			return b.String(), err
		}
	}
	var v any
	switch mode {
	case "any":
		err = yaml.Unmarshal(in, &v)
		return marshal(v), err
	case "strict":
		err = yaml.UnmarshalStrict(in, &v)
		return marshal(v), err
	case "tojson":
		out, err := yaml.YAMLToJSON(in)
		return string(out), err
	case "emit", "pretty":
		if err := yaml.Unmarshal(in, &v); err != nil {
			return "", err
		}
		if mode == "pretty" {
			return pretty(v)
		}
		out, err := yaml.Marshal(v)
		return string(out), err
	case "head":
		var head util.SimpleHead
		if err := yaml.Unmarshal(in, &head); err != nil {
			return "", err
		}
		name := ""
		var annotations map[string]string
		if head.Metadata != nil {
			name = head.Metadata.Name
			if len(head.Metadata.Annotations) > 0 {
				annotations = head.Metadata.Annotations
			}
		}
		return marshal([]any{head.Version, head.Kind, name, annotations}), nil
	case "maintainers":
		var list struct {
			Chart struct {
				Maintainers []*chart.Maintainer `json:"maintainers"`
				Deprecated  bool                `json:"deprecated"`
				Weight      int8                `json:"weight"`
				Labels      map[string]string   `json:"labels"`
			} `json:"chart"`
		}
		err := yaml.UnmarshalStrict(in, &list)
		return marshal(list), err
	case "json":
		err = json.Unmarshal(in, &v)
		return marshal(v), err
	case "toml":
		m := map[string]any{}
		if err := toml.Unmarshal(in, &m); err != nil {
			return "", err
		}
		var b bytes.Buffer
		err := toml.NewEncoder(&b).Encode(m)
		return marshal(m) + "\n" + b.String(), err
	}
	return "", fmt.Errorf("no mode %q", mode)
}

func answer(mode, text string) string {
	result, err := run(mode, text)
	if err != nil {
		return "E" + err.Error()
	}
	return "V" + result
}

func main() {
	if len(os.Args) > 1 {
		for _, file := range os.Args[1:] {
			record(file)
		}
		return
	}
	modes := strings.Split(os.Getenv("MODES"), ",")
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<30)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		text, _ := base64.StdEncoding.DecodeString(lines.Text())
		for _, mode := range modes {
			fmt.Fprint(out, base64.StdEncoding.EncodeToString([]byte(answer(mode, string(text)))), " ")
		}
		fmt.Fprintln(out)
	}
}

func record(file string) {
	var table struct {
		Modes []string    `json:"modes"`
		Cases [][]*string `json:"cases"`
	}
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &table)
	}
	if err != nil {
		panic(err)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	b.WriteString("{\n\"modes\": ")
	e.Encode(table.Modes)
	b.WriteString(",\n\"cases\": [\n")
	for i, c := range table.Cases {
		row := []*string{c[0]}
		last := ""
		for _, mode := range table.Modes {
			a := answer(mode, *c[0])
			if a == last {
				row = append(row, nil)
			} else {
				row = append(row, &a)
			}
			last = a
		}
		e.Encode(row)
		b.Truncate(b.Len() - 1)
		if i < len(table.Cases)-1 {
			b.WriteString(",")
		}
		b.WriteString("\n")
	}
	b.WriteString("]\n}\n")
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		panic(err)
	}
}
