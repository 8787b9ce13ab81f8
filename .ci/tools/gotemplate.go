// Fills templates of Go as External Secrets does (engine version v2: text/template, a missing key is an error).
// Reads {"templates": {NAME: TEMPLATE}, "data": {FIELD: TEXT}} and prints {NAME: TEXT}.
package main

import (
	"encoding/json"
	"log"
	"os"
	"strings"
	"text/template"
)

func main() {
	var input struct {
		Templates map[string]string
		Data      map[string]string
	}
	if err := json.NewDecoder(os.Stdin).Decode(&input); err != nil {
		log.Fatal(err)
	}
	filled := map[string]string{}
	for name, text := range input.Templates {
		parsed, err := template.New(name).Option("missingkey=error").Parse(text)
		if err != nil {
			log.Fatal(err)
		}
		var out strings.Builder
		if err := parsed.Execute(&out, input.Data); err != nil {
			log.Fatal(err)
		}
		filled[name] = out.String()
	}
	if err := json.NewEncoder(os.Stdout).Encode(filled); err != nil {
		log.Fatal(err)
	}
}
