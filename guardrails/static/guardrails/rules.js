// The builder of escalation rules: nested groups and test cases, kept as JSON in the text area that is sent.
// Nothing is written back before something is changed; what cannot be read stays in the text area.
(() => {
  "use strict";

  const JOINTS = [
    ["and", "All of these hold"],
    ["or", "At least one of these holds"],
    ["nor", "None of these holds"],
    ["nand", "Not all of these hold"],
  ];

  function make(tag, options, ...children) {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(options || {})) {
      if (key === "on") {
        for (const [name, handler] of Object.entries(value)) node.addEventListener(name, handler);
      } else if (value === true) {
        node.setAttribute(key, "");
      } else if (value !== false && value !== undefined) {
        node.setAttribute(key, value);
      }
    }
    node.append(...children);
    return node;
  }

  function choose(label, pairs, chosen, changed, size) {
    const select = make("select", { class: `rule-control ${size || ""}`, "aria-label": label, on: { change: changed } });
    for (const [value, text] of pairs) {
      select.append(make("option", { value, selected: value === chosen }, text));
    }
    if (!pairs.some(([value]) => value === chosen) && chosen) {
      select.prepend(make("option", { value: chosen, selected: true }, `${chosen} (not known)`));
    }
    return select;
  }

  function chooseField(fields, chosen, changed) {
    const select = make("select", { class: "rule-control", "aria-label": "Field", on: { change: changed } });
    const groups = new Map();
    for (const field of fields.values()) {
      if (!groups.has(field.group)) {
        const group = make("optgroup", { label: field.group });
        groups.set(field.group, group);
        select.append(group);
      }
      groups.get(field.group).append(make("option", { value: field.name, selected: field.name === chosen }, `${field.group}: ${field.says}`));
    }
    if (!fields.has(chosen)) {
      select.prepend(make("option", { value: chosen, selected: true }, `${chosen} (no such field)`));
    }
    return select;
  }

  const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
  const number = (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text));

  // What one types a value with; returns the nodes and how to read them.
  function valueOf(field, op, value, changed) {
    const on = { input: changed, change: changed };
    if (op === "in" || (field && field.type === "list" && op === "fact")) {
      const shown = Array.isArray(value) ? value.join("\n") : "";
      const area = make("textarea", { class: "rule-control", rows: 2, "aria-label": "Values, one per line", placeholder: "one per line", on }, shown);
      const isNumber = field && field.type === "number";
      return { nodes: [area], read: () => lines(area.value).map((line) => (isNumber ? number(line) : line)) };
    }
    if (field && field.type === "yes or no") {
      const select = choose("Value", [["yes", "yes"], ["no", "no"]], value === false ? "no" : "yes", changed);
      return { nodes: [select], read: () => select.value === "yes" };
    }
    if (field && field.type === "money") {
      const [had, code] = typeof value === "string" ? value.trim().split(/\s+/) : [];
      const amount = make("input", { class: "rule-control", "aria-label": "Amount", inputmode: "decimal", placeholder: "20.00", value: had || "", on });
      const currency = make("input", { class: "rule-control rule-short", "aria-label": "Currency", maxlength: 3, placeholder: "USD", value: code || "USD", on });
      return { nodes: [amount, currency], read: () => `${amount.value.trim()} ${currency.value.trim().toUpperCase()}` };
    }
    if (field && field.words.length && op !== "contains" && op !== "matches") {
      const known = field.words.map((word) => [word, word.replaceAll("_", " ")]);
      const select = choose("Value", known, typeof value === "string" && value ? value : field.words[0], changed);
      return { nodes: [select], read: () => select.value };
    }
    const isNumber = field && field.type === "number";
    const label = op === "matches" ? "RE2 pattern" : "Value";
    const shown = value === undefined || value === null || typeof value === "object" ? "" : String(value);
    const input = make("input", { class: "rule-control", "aria-label": label, inputmode: isNumber ? "decimal" : "text", placeholder: op === "matches" ? "\\b(lawyer|attorney)\\b" : "", value: shown, on });
    return { nodes: [input], read: () => (isNumber ? number(input.value) : input.value) };
  }

  class Leaf {
    constructor(builder, parent, given) {
      Object.assign(this, { builder, parent, given });
      this.node = make("div", { class: "rule-line", role: "group", "aria-label": "Condition" });
      this.draw();
    }

    draw() {
      const { fields } = this.builder;
      const field = fields.get(this.given.field);
      const ops = field ? field.ops : [];
      if (field && !ops.some(([op]) => op === this.given.op)) this.given.op = ops[0][0];
      const pick = chooseField(fields, this.given.field, () => {
        this.given = { field: pick.value, op: this.given.op, value: undefined };
        this.redraw(0);
      });
      const op = choose("Comparison", ops, this.given.op, () => {
        this.given = { ...this.given, op: op.value, value: this.value.read() };
        this.redraw(1);
      });
      this.value = valueOf(field, this.given.op, this.given.value, () => this.builder.write());
      const remove = make("button", { type: "button", class: "rule-button", "aria-label": "Remove this condition", on: { click: () => this.parent.remove(this) } }, "Remove");
      this.node.replaceChildren(pick, op, ...this.value.nodes, remove);
    }

    redraw(focus) {
      this.draw();
      this.builder.write();
      this.node.children[focus].focus();
    }

    focus() {
      this.node.querySelector("select").focus();
    }

    read() {
      return { field: this.given.field, op: this.given.op, value: this.value.read() };
    }
  }

  class Group {
    constructor(builder, parent, given) {
      Object.assign(this, { builder, parent });
      const [joint, children] = opened(given);
      this.joint = choose("How these belong together", JOINTS, joint, () => builder.write());
      this.list = make("div", { class: "rule-builder" });
      this.children = [];
      const add = make("button", { type: "button", class: "rule-button", on: { click: () => this.add(first(builder), "condition") } }, "Add condition");
      const nest = make("button", { type: "button", class: "rule-button", on: { click: () => this.add({ and: [first(builder)] }, "group") } }, "Add group");
      const buttons = make("div", { class: "rule-line" }, add, nest);
      if (parent) {
        buttons.append(make("button", { type: "button", class: "rule-button", "aria-label": "Remove this group", on: { click: () => parent.remove(this) } }, "Remove group"));
      }
      this.adder = add;
      this.node = make("fieldset", { class: "rule-group" }, make("legend", { class: "rule-unseen" }, parent ? "Group" : "Condition of the rule"), make("div", { class: "rule-line" }, this.joint), this.list, buttons);
      for (const child of children) this.hang(child);
    }

    hang(given) {
      const child = given && typeof given === "object" && "field" in given ? new Leaf(this.builder, this, { ...given }) : new Group(this.builder, this, given);
      this.children.push(child);
      this.list.append(child.node);
      return child;
    }

    add(given, what) {
      const child = this.hang(given);
      this.builder.write();
      this.builder.say(`A ${what} was added`);
      child.focus();
    }

    focus() {
      this.joint.focus();
    }

    remove(child) {
      this.children = this.children.filter((each) => each !== child);
      child.node.remove();
      this.builder.write();
      this.builder.say("Removed");
      this.adder.focus();
    }

    read() {
      const parts = this.children.map((child) => child.read());
      const joint = this.joint.value;
      const word = joint === "and" || joint === "nand" ? "and" : "or";
      const inner = parts.length === 1 ? parts[0] : { [word]: parts };
      return joint === "and" || joint === "or" ? inner : { not: inner };
    }
  }

  // A tree as a group: how its parts belong together, and the parts.
  function opened(node) {
    if (!node || typeof node !== "object") return ["and", []];
    if ("field" in node) return ["and", [node]];
    if (Array.isArray(node.and)) return ["and", node.and];
    if (Array.isArray(node.or)) return ["or", node.or];
    if (node.not && Array.isArray(node.not.and)) return ["nand", node.not.and];
    if (node.not && Array.isArray(node.not.or)) return ["nor", node.not.or];
    return node.not ? ["nor", [node.not]] : ["and", []];
  }

  function first(builder) {
    const field = builder.fields.get("action.amount") || [...builder.fields.values()][0];
    return { field: field.name, op: field.ops[0][0], value: undefined };
  }

  class Fact {
    constructor(builder, parent, name, value) {
      Object.assign(this, { builder, parent, name });
      this.node = make("div", { class: "rule-line", role: "group", "aria-label": "Fact" });
      this.draw(value);
    }

    draw(value) {
      const pick = chooseField(this.builder.fields, this.name, () => {
        this.name = pick.value;
        this.draw(undefined);
        this.builder.write();
        this.node.children[0].focus();
      });
      this.value = valueOf(this.builder.fields.get(this.name), "fact", value, () => this.builder.write());
      const remove = make("button", { type: "button", class: "rule-button", "aria-label": "Remove this fact", on: { click: () => this.parent.drop(this) } }, "Remove");
      this.node.replaceChildren(pick, make("span", { class: "rule-note" }, "is"), ...this.value.nodes, remove);
    }
  }

  class Case {
    constructor(builder, given, index) {
      this.builder = builder;
      const on = { input: () => builder.write(), change: () => builder.write() };
      this.name = make("input", { class: "rule-control", "aria-label": "Name of the test case", placeholder: "name", value: given.name || "", on });
      this.expects = choose("Expected", builder.expects.map((word) => [word, `must be: ${word}`]), given.expects || "match", () => builder.write());
      this.without = make("input", { type: "checkbox", on });
      this.without.checked = Boolean(given.without_action);
      this.facts = Object.entries(given.facts || {}).map(([name, value]) => new Fact(builder, this, name, value));
      this.list = make("div", { class: "rule-builder" }, ...this.facts.map((fact) => fact.node));
      this.adder = make("button", { type: "button", class: "rule-button", on: { click: () => this.add() } }, "Add fact");
      const remove = make("button", { type: "button", class: "rule-button", on: { click: () => builder.remove(this) } }, "Remove case");
      this.node = make(
        "fieldset", { class: "rule-group" }, make("legend", { class: "rule-unseen" }, `Test case ${index + 1}`),
        make("div", { class: "rule-line" }, this.name, this.expects), this.list,
        make("label", { class: "rule-check" }, this.without, "No action is proposed, so there is no order either"),
        make("div", { class: "rule-line" }, this.adder, remove),
      );
    }

    add() {
      const fact = new Fact(this.builder, this, first(this.builder).field, undefined);
      this.facts.push(fact);
      this.list.append(fact.node);
      this.builder.write();
      fact.node.querySelector("select").focus();
    }

    drop(fact) {
      this.facts = this.facts.filter((each) => each !== fact);
      fact.node.remove();
      this.builder.write();
      this.adder.focus();
    }

    read() {
      const facts = Object.fromEntries(this.facts.map((fact) => [fact.name, fact.value.read()]));
      const told = { name: this.name.value.trim(), facts, expects: this.expects.value };
      return this.without.checked ? { ...told, without_action: true } : told;
    }
  }

  class Builder {
    constructor(root, area, given) {
      this.root = root;
      this.area = area;
      this.fields = new Map(JSON.parse(root.dataset.fields).map((field) => [field.name, field]));
      this.expects = JSON.parse(root.dataset.expects);
      this.status = make("p", { role: "status", class: "rule-unseen" });
      root.append(root.dataset.ruleBuilder === "cases" ? this.drawCases(given) : this.drawCondition(given), this.status);
      root.setAttribute("data-built", "");
    }

    drawCondition(given) {
      this.tree = new Group(this, null, given);
      if (given === null) this.tree.hang(first(this));
      return this.tree.node;
    }

    drawCases(given) {
      this.cases = [];
      this.list = make("div", { class: "rule-builder" });
      this.adder = make("button", { type: "button", class: "rule-button", on: { click: () => this.add() } }, "Add test case");
      for (const each of given || []) this.hang(each);
      return make("div", { class: "rule-builder" }, this.list, make("div", { class: "rule-line" }, this.adder));
    }

    hang(given) {
      const made = new Case(this, given, this.cases.length);
      this.cases.push(made);
      this.list.append(made.node);
      return made;
    }

    add() {
      const made = this.hang({});
      this.write();
      this.say("A test case was added");
      made.name.focus();
    }

    remove(which) {
      this.cases = this.cases.filter((each) => each !== which);
      which.node.remove();
      this.write();
      this.say("The test case was removed");
      this.adder.focus();
    }

    say(text) {
      this.status.textContent = text;
    }

    write() {
      const told = this.tree ? this.tree.read() : this.cases.map((each) => each.read());
      this.area.value = JSON.stringify(told, null, 2);
    }
  }

  function start() {
    for (const root of document.querySelectorAll("[data-rule-builder]")) {
      const area = root.querySelector("textarea");
      if (!area || area.readOnly || root.hasAttribute("data-built")) continue;
      let given;
      try {
        given = area.value.trim() && area.value.trim() !== "null" ? JSON.parse(area.value) : null;
      } catch {
        continue; // what is not JSON is corrected where it stands
      }
      new Builder(root, area, given);
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
