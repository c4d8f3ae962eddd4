// Judge runs templates with Go's text/template, and include and tpl as in Helm's engine.go, to record what Pintle must do.
//
// It reads a case a line, {"t": [[name, text], ...], "run": name, "data": ..., "missing": missingkey}, and prints a line
// {"out": ..., "err": ..., "chain": [the texts of errors.Unwrap]} for each. In data, {"$t": type, "v": value} makes a value
// that JSON has not; a text that starts with "base64:" is bytes. The functions and types here have counterparts of the same
// behaviour in testkit.ts.
//
// With the path of a vectors.json as argument it runs the cases there and writes what they give into the file.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/template"
)

// Obj and the types after it have counterparts in the TypeScript side of the comparison.
type Obj struct {
	Name string
	N    int
	M    map[string]any
	Sub  Sub
	PSub *Sub
	Dur  Dur
	L    []string
	Any  any
	priv int
}
type Sub struct{ X int }
type Dur int64
type Files map[string][]byte
type Vers []string
type Err struct{}

func (o *Obj) Get(name string) string { return "got " + name }
func (o *Obj) Sum(a int, b ...int) int {
	for _, x := range b {
		a += x
	}
	return a
}
func (o *Obj) Fail(s string) (string, error) { return "", errors.New("failed " + s) }
func (o *Obj) Self() *Obj                    { return o }
func (o *Obj) Nothing() any                  { return nil }
func (o *Obj) Two(a string, b any) string    { return fmt.Sprint(a, b) }
func (o Obj) Copy() Obj                      { return o }
func (d Dur) String() string                 { return fmt.Sprintf("%ds", int64(d)) }
func (d Dur) Twice() Dur                     { return d * 2 }
func (f Files) Get(name string) string       { return string(f[name]) }
func (v Vers) Has(s string) bool {
	for _, x := range v {
		if x == s {
			return true
		}
	}
	return false
}
func (e *Err) Error() string { return "an error" }

type caseT struct {
	T       [][2]string     `json:"t"`
	Run     string          `json:"run"`
	Data    json.RawMessage `json:"data"`
	Missing string          `json:"missing"`
}
type resT struct {
	Out   string   `json:"out"`
	Err   string   `json:"err,omitempty"`
	Chain []string `json:"chain,omitempty"`
}

func conv(v any) any {
	switch x := v.(type) {
	case map[string]any:
		if len(x) == 2 {
			if k, ok := x["$t"].(string); ok {
				s := x["v"]
				switch k {
				case "int":
					return int(s.(float64))
				case "int64":
					return int64(s.(float64))
				case "uint8":
					return uint8(s.(float64))
				case "uint":
					return uint(s.(float64))
				case "strings":
					var o []string
					for _, e := range s.([]any) {
						o = append(o, e.(string))
					}
					return o
				case "ints":
					var o []int
					for _, e := range s.([]any) {
						o = append(o, int(e.(float64)))
					}
					return o
				case "stringmap":
					o := map[string]string{}
					for k, e := range s.(map[string]any) {
						o[k] = e.(string)
					}
					return o
				case "obj":
					return &Obj{Name: "nm", N: 7, M: map[string]any{"k": "v", "n": nil}, Sub: Sub{X: 3}, PSub: &Sub{X: 4}, Dur: 90, L: []string{"a", "b"}, Any: "any"}
				case "sub":
					return Sub{X: 5}
				case "files":
					return Files{"a.txt": []byte("AA"), "b.txt": []byte("BB")}
				case "vers":
					return Vers{"v1", "apps/v1"}
				case "dur":
					return Dur(s.(float64))
				case "err":
					return &Err{}
				case "bytes":
					return []byte(s.(string))
				}
			}
		}
		for k, e := range x {
			x[k] = conv(e)
		}
		return x
	case []any:
		for i, e := range x {
			x[i] = conv(e)
		}
		return x
	}
	return v
}

func includeFun(t *template.Template, included map[string]int) func(string, any) (string, error) {
	return func(name string, data any) (string, error) {
		var buf strings.Builder
		if v, ok := included[name]; ok {
			if v > 1000 {
				return "", fmt.Errorf("rendering template has a nested reference name: %s: %w", name, errors.New("unable to execute template"))
			}
			included[name]++
		} else {
			included[name] = 1
		}
		err := t.ExecuteTemplate(&buf, name, data)
		included[name]--
		return buf.String(), err
	}
}
func tplFun(parent *template.Template, included map[string]int, missing string) func(string, any) (string, error) {
	return func(tpl string, vals any) (string, error) {
		t, err := parent.Clone()
		if err != nil {
			return "", fmt.Errorf("cannot clone template: %w", err)
		}
		t.Option("missingkey=" + missing)
		t.Funcs(template.FuncMap{"include": includeFun(t, included), "tpl": tplFun(t, included, missing)})
		t, err = t.New(parent.Name()).Parse(tpl)
		if err != nil {
			return "", fmt.Errorf("cannot parse template %q: %w", tpl, err)
		}
		var buf strings.Builder
		if err := t.Execute(&buf, vals); err != nil {
			return "", fmt.Errorf("error during tpl function execution for %q: %w", tpl, err)
		}
		return strings.ReplaceAll(buf.String(), "<no value>", ""), nil
	}
}

func run(c caseT) (r resT) {
	defer func() {
		if e := recover(); e != nil {
			r = resT{Err: fmt.Sprint("PANIC ", e)}
		}
	}()
	t := template.New("gotpl")
	if c.Missing == "" {
		c.Missing = "zero"
	}
	t.Option("missingkey=" + c.Missing)
	inc := map[string]int{}
	t.Funcs(template.FuncMap{
		"include": includeFun(t, inc), "tpl": tplFun(t, inc, c.Missing),
		"upper": strings.ToUpper,
		"add":   func(a, b int) int { return a + b },
		"add64": func(a, b int64) int64 { return a + b },
		"half":  func(a float64) float64 { return a / 2 },
		"dict": func(v ...any) map[string]any {
			m := map[string]any{}
			for i := 0; i+1 < len(v); i += 2 {
				m[fmt.Sprint(v[i])] = v[i+1]
			}
			return m
		},
		"list":    func(v ...any) []any { return v },
		"strs":    func(v ...string) []string { return v },
		"nothing": func() any { return nil },
		"fail":    func(s string) (string, error) { return "", errors.New(s) },
		"boom":    func(s string) string { panic("boom " + s) },
		"keys":    func(m map[string]any) int { return len(m) },
		"count":   func(l []any) int { return len(l) },
		"yes":     func(b bool) string { return fmt.Sprint("b", b) },
		"uns":     func(u uint, r ...uint8) string { return fmt.Sprint(u, r) },
		"join":    func(sep string, v []string) string { return strings.Join(v, sep) },
		"default": func(d any, v ...any) any {
			if len(v) == 0 || v[0] == nil {
				return d
			}
			if t, _ := template.IsTrue(v[0]); !t {
				return d
			}
			return v[0]
		},
		"typeOf": func(v any) string { return fmt.Sprintf("%T", v) },
		"ident":  func(v any) any { return v },
		"nindent": func(n int, s string) string {
			p := strings.Repeat(" ", n)
			return "\n" + p + strings.ReplaceAll(s, "\n", "\n"+p)
		},
		"quote": func(v ...any) string {
			var o []string
			for _, e := range v {
				if e != nil {
					o = append(o, fmt.Sprintf("%q", fmt.Sprint(e)))
				}
			}
			return strings.Join(o, " ")
		},
	})
	for _, p := range c.T {
		if b, ok := strings.CutPrefix(p[1], "base64:"); ok {
			raw, _ := base64.StdEncoding.DecodeString(b)
			p[1] = string(raw)
		}
		if _, err := t.New(p[0]).Parse(p[1]); err != nil {
			return resT{Err: err.Error()}
		}
	}
	var data any
	if len(c.Data) > 0 {
		if err := json.Unmarshal(c.Data, &data); err != nil {
			panic(err)
		}
	}
	data = conv(data)
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, c.Run, data); err != nil {
		r.Err = err.Error()
		n := 0
		for e := err; e != nil && n < 30; e = errors.Unwrap(e) {
			r.Chain = append(r.Chain, e.Error())
			n++
		}
		return
	}
	r.Out = buf.String()
	return
}

// vectors is the file of recorded cases: each runs the template t, after lib was parsed, on one of data.
type vectors struct {
	Data  map[string]json.RawMessage `json:"data"`
	Cases []struct {
		Data    string `json:"d"`
		Lib     string `json:"lib,omitempty"`
		T       string `json:"t"`
		Missing string `json:"m,omitempty"`
		resT
	} `json:"cases"`
}

// record runs the cases of a file again. A chain is kept only where it says more than the error twice.
func record(file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	var v vectors
	if err := json.Unmarshal(text, &v); err != nil {
		panic(err)
	}
	var out bytes.Buffer
	line := func(x any, end string) {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.Encode(x)
		out.WriteString(strings.TrimSuffix(b.String(), "\n") + end)
	}
	out.WriteString("{\"data\": ")
	line(v.Data, ",\n\"cases\": [\n")
	for i, c := range v.Cases {
		k := caseT{Run: "t", Data: v.Data[c.Data], Missing: c.Missing}
		if c.Lib != "" {
			k.T = append(k.T, [2]string{"lib", c.Lib})
		}
		k.T = append(k.T, [2]string{"t", c.T})
		c.resT = run(k)
		if len(c.Chain) == 2 && c.Chain[0] == c.Err && c.Chain[1] == c.Err {
			c.Chain = nil
		}
		end := ",\n"
		if i == len(v.Cases)-1 {
			end = "\n]}\n"
		}
		line(c, end)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
		panic(err)
	}
}

func main() {
	if len(os.Args) > 1 {
		record(os.Args[1])
		return
	}
	sc := bufio.NewScanner(os.Stdin)
	sc.Buffer(make([]byte, 1<<26), 1<<26)
	w := bufio.NewWriter(os.Stdout)
	defer w.Flush()
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for sc.Scan() {
		var c caseT
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			panic(err)
		}
		enc.Encode(run(c))
	}
}
