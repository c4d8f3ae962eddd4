// Prints, as JSON, how Go encodes the built-in Kubernetes types: field order, omitempty, pointers, named scalars.
// OpenAPI documents do not hold this, and an API server's answers depend on it. Run by ../condense-kubernetes-schema.ts.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	apiext "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	agg "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

type field struct {
	Name      string `json:"n"`
	Type      any    `json:"t"`
	OmitEmpty bool   `json:"o,omitempty"`
	OmitZero  bool   `json:"z,omitempty"`
	Pointer   bool   `json:"p,omitempty"`
	Number    int    `json:"b,omitempty"`
}

var special = map[reflect.Type]string{
	reflect.TypeFor[metav1.Time]():          "t",
	reflect.TypeFor[metav1.MicroTime]():     "u",
	reflect.TypeFor[metav1.Duration]():      "s",
	reflect.TypeFor[resource.Quantity]():    "q",
	reflect.TypeFor[intstr.IntOrString]():   "o",
	reflect.TypeFor[runtime.RawExtension](): "R",
	reflect.TypeFor[metav1.FieldsV1]():      "F",
	reflect.TypeFor[apiext.JSON]():          "J",
}

var types = map[string][]field{}

func definition(t reflect.Type) string {
	pkg := t.PkgPath()
	pkg = strings.Replace(pkg, "k8s.io/", "io.k8s.", 1)
	return strings.ReplaceAll(pkg, "/", ".") + "." + t.Name()
}

// schemaOr holds the types that are a schema or something simpler.
var schemaOr = []reflect.Type{
	reflect.TypeFor[apiext.JSONSchemaPropsOrBool](), reflect.TypeFor[apiext.JSONSchemaPropsOrArray](), reflect.TypeFor[apiext.JSONSchemaPropsOrStringArray](),
}

func expr(t reflect.Type) any {
	if slices.Contains(schemaOr, t) {
		return []any{"p", expr(reflect.TypeFor[apiext.JSONSchemaProps]())}
	}
	if s, ok := special[t]; ok {
		return s
	}
	named := ""
	if t.PkgPath() != "" {
		named = ":" + t.String()
	}
	switch t.Kind() {
	case reflect.Pointer:
		return expr(t.Elem())
	case reflect.String:
		return "s" + named
	case reflect.Bool:
		return "b" + named
	case reflect.Int32, reflect.Int16, reflect.Uint16:
		return "i" + named
	case reflect.Int64, reflect.Int:
		return "l" + named
	case reflect.Float64:
		return "n" + named
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "y"
		}
		return []any{"l", expr(t.Elem())}
	case reflect.Map:
		return []any{"m", expr(t.Elem())}
	case reflect.Struct:
		walk(t)
		return "#" + definition(t)
	}
	panic(t.String())
}

func fields(t reflect.Type) []field {
	out := []field{}
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		if name == "-" || !f.IsExported() {
			continue
		}
		if name == "" && f.Anonymous {
			out = append(out, fields(f.Type)...)
			continue
		}
		if name == "" {
			if strings.Contains(options, "inline") {
				continue
			}
			name = f.Name
		}
		out = append(out, field{name, expr(f.Type), strings.Contains(options, "omitempty"), strings.Contains(options, "omitzero"), f.Type.Kind() == reflect.Pointer, number(f)})
	}
	return out
}

// number is the field's number in protocol buffers.
func number(f reflect.StructField) int {
	parts := strings.Split(f.Tag.Get("protobuf"), ",")
	if len(parts) < 2 {
		return 0
	}
	n, err := strconv.Atoi(parts[1])
	check(err)
	return n
}

func walk(t reflect.Type) {
	d := definition(t)
	if _, ok := types[d]; ok {
		return
	}
	types[d] = nil
	types[d] = fields(t)
}

func main() {
	scheme := clientscheme.Scheme
	check(apiext.AddToScheme(scheme))
	check(agg.AddToScheme(scheme))
	kinds := map[string]string{}
	for gvk, t := range scheme.AllKnownTypes() {
		if gvk.Version == runtime.APIVersionInternal {
			continue
		}
		if strings.HasSuffix(t.PkgPath(), "apimachinery/pkg/apis/meta/v1") && gvk.GroupVersion() != (schema.GroupVersion{Version: "v1"}) {
			continue
		}
		walk(t)
		kinds[gvk.Group+"/"+gvk.Version+"/"+gvk.Kind] = definition(t)
	}
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{"types": types, "kinds": kinds}))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
