// Command status judges objects by kstatus and by Helm 3's rules: one JSON case a line in, one JSON verdict a line out.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"helm.sh/helm/v4/pkg/kube"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/resource"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/kubernetes/scheme"
)

type testCase struct {
	Object  map[string]any   `json:"object"`
	Related []map[string]any `json:"related"`
	// Legacy asks for Helm 3's verdict too; custom resources and definitions have none without a server.
	Legacy bool `json:"legacy"`
}

type verdict struct {
	Watch      string `json:"watch"`
	Legacy     string `json:"legacy"`
	LegacyJobs string `json:"legacyJobs"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		var c testCase
		if err := json.Unmarshal(in.Bytes(), &c); err != nil {
			fail(err)
		}
		v := verdict{Watch: watch(c)}
		if c.Legacy {
			v.Legacy, v.LegacyJobs = legacy(c, false), legacy(c, true)
		}
		line, err := json.Marshal(v)
		if err != nil {
			fail(err)
		}
		out.Write(append(line, '\n'))
	}
	if err := in.Err(); err != nil {
		fail(err)
	}
}

func watch(c testCase) string {
	result, err := status.Compute(&unstructured.Unstructured{Object: normal(c.Object)})
	if err != nil {
		return "err: " + err.Error()
	}
	reason := ""
	if len(result.Conditions) > 0 {
		reason = result.Conditions[0].Reason
	}
	return fmt.Sprintf("%s|%s|%s", result.Status, reason, result.Message)
}

func legacy(c testCase, jobs bool) string {
	own, err := typed(c.Object)
	if err != nil {
		return "err: " + err.Error()
	}
	objects := []runtime.Object{own}
	for _, r := range c.Related {
		object, err := typed(r)
		if err != nil {
			return "err: " + err.Error()
		}
		objects = append(objects, object)
	}
	checker := kube.NewReadyChecker(fake.NewClientset(objects...), kube.PausedAsReady(true), kube.CheckJobs(jobs))
	meta := &unstructured.Unstructured{Object: c.Object}
	ready, err := checker.IsReady(context.Background(), &resource.Info{Name: meta.GetName(), Namespace: meta.GetNamespace(), Object: own})
	if err != nil {
		return "err: " + err.Error()
	}
	return fmt.Sprint(ready)
}

// normal makes integers of JSON's floats, as the API machinery decodes them.
func normal(object map[string]any) map[string]any {
	text, err := json.Marshal(object)
	if err != nil {
		fail(err)
	}
	u := &unstructured.Unstructured{}
	if err := u.UnmarshalJSON(text); err != nil {
		fail(err)
	}
	return u.Object
}

func typed(object map[string]any) (runtime.Object, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	decoded, _, err := scheme.Codecs.UniversalDeserializer().Decode(text, nil, nil)
	return decoded, err
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
