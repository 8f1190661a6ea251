// The editor of live edit: CodeMirror over the form's own textarea, which stays what is sent and what HTMX reads.
//   textarea[data-editor]     becomes an editor; `data-schema-url` answers the names that completion may offer
//   select[data-dialect-of]   the connector: its option's `data-dialect` names the dialect
// Without JavaScript the textarea stands alone and everything works. The nonce lets CodeMirror add its style sheet
// under a policy that allows no other.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { MariaSQL, PostgreSQL, SQLite, StandardSQL, keywordCompletionSource, schemaCompletionSource } from "@codemirror/lang-sql";
import { HighlightStyle, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const NONCE = document.currentScript?.nonce ?? "";
const DIALECTS = { postgres: PostgreSQL, mysql: MariaSQL, sqlite: SQLite, duckdb: PostgreSQL };

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--code-type)" },
  { tag: tags.comment, color: "var(--faint)", fontStyle: "italic" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: ".88rem" },
  ".cm-content": { fontFamily: "var(--mono)", caretColor: "var(--ink)", padding: "8px 0", minHeight: "14rem" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", maxHeight: "60vh" },
  ".cm-gutters": { color: "var(--faint)", backgroundColor: "var(--wash)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent-wash) 45%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-wash)", color: "inherit" },
  ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--paper)", border: "1px solid var(--edge)", borderRadius: "6px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--accent-ink)" },
  ".cm-completionDetail": { color: "inherit", opacity: ".8" },
});

/** Names alone, as the guard sees them: {table: [[column, type], …]} becomes what CodeMirror completes from. */
function completable(tables) {
  return Object.fromEntries(
    Object.entries(tables).map(([table, columns]) => [
      table, columns.map(([name, type]) => ({ label: name, detail: type, type: "property" })),
    ]),
  );
}

/** Columns by their bare name: of the tables that the statement names, or of all while it names none. */
function bareColumns(tables) {
  return (context) => {
    const word = context.matchBefore(/[A-Za-z_]\w*/);
    if (!word || context.matchBefore(/\.\w*/)) return null;
    const words = new Set(context.state.doc.toString().toLowerCase().match(/\w+/g));
    const named = Object.keys(tables).filter((table) => words.has(table.toLowerCase().split(".").at(-1)));
    const found = new Map();
    for (const table of named.length ? named : Object.keys(tables))
      for (const [name, type] of tables[table])
        if (!found.has(name)) found.set(name, { label: name, detail: `${type} · ${table}`, type: "property", boost: 1 });
    return { from: word.from, options: [...found.values()], validFor: /^\w*$/ };
  };
}

function language(dialect, tables) {
  const sql = DIALECTS[dialect] ?? StandardSQL;
  return [
    sql.language,
    sql.language.data.of({ autocomplete: schemaCompletionSource({ dialect: sql, schema: completable(tables) }) }),
    sql.language.data.of({ autocomplete: bareColumns(tables) }),
    sql.language.data.of({ autocomplete: keywordCompletionSource(sql, true) }),
  ];
}

/** Typing over a selection: left to the browser it would keep the colours in an inline style, which the policy refuses. */
const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const isPlain = event.inputType === "insertText" && typeof event.data === "string" && !view.composing;
    if (!isPlain || view.state.selection.main.empty) return false;
    view.dispatch({ ...view.state.replaceSelection(event.data), userEvent: "input.type", scrollIntoView: true });
    event.preventDefault();
    return true;
  },
});

function begin(textarea) {
  const form = textarea.form;
  const connector = form.querySelector("[data-dialect-of]");
  const spoken = new Compartment();
  const chosen = () => connector?.selectedOptions[0]?.dataset.dialect ?? "";
  let asked = 0;

  const view = new EditorView({
    state: EditorState.create({
      doc: textarea.value,
      extensions: [
        EditorView.cspNonce.of(NONCE),
        lineNumbers(), history(), drawSelection(), bracketMatching(), closeBrackets(), highlightActiveLine(),
        autocompletion({ tooltipClass: () => "completions" }),
        syntaxHighlighting(colours), look, typedOver, EditorView.lineWrapping,
        keymap.of([
          { key: "Mod-Enter", run: () => (form.querySelector("[data-run]")?.click(), true) },
          ...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap,
        ]), // Tab is left alone: it leads out of the editor, as on every page
        EditorView.contentAttributes.of({
          "aria-label": "SQL", "aria-describedby": textarea.dataset.described ?? "", spellcheck: "false", autocapitalize: "off",
        }),
        spoken.of(language(chosen(), {})),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          textarea.value = update.state.doc.toString();
          textarea.dispatchEvent(new Event("input", { bubbles: true }));
        }),
      ],
    }),
  });

  async function learn() {
    const mine = ++asked;
    view.dispatch({ effects: spoken.reconfigure(language(chosen(), {})) });
    if (!connector?.value) return;
    try {
      const answer = await fetch(`${textarea.dataset.schemaUrl}?connector=${encodeURIComponent(connector.value)}`);
      const found = answer.ok ? await answer.json() : { tables: {} };
      if (mine === asked) view.dispatch({ effects: spoken.reconfigure(language(chosen(), found.tables)) });
    } catch {
      // no names to complete from; typing and the guard's verdict go on
    }
  }

  textarea.before(view.dom);
  textarea.hidden = true;
  textarea.addEventListener("focus", () => view.focus());
  form.querySelector(`label[for="${CSS.escape(textarea.id)}"]`)?.addEventListener("click", () => view.focus());
  connector?.addEventListener("change", learn);
  learn();
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("textarea[data-editor]").forEach(begin));
