# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Overrides of Compose as people write them, by what is odd about each. Names can be added to all of them."""

from __future__ import annotations

FILES = {
    "empty": "",
    "comments only": "# our site\n#  - nothing yet\n",
    "comments only, no newline": "# our site",
    "blank lines only": "\n\n  \n",
    "services left empty": "services:\n",
    "services left empty, no newline": "services:",
    "services left empty, with a comment": "services: # none yet\n# end\n",
    "services as an empty flow": "services: {}\n",
    "everything as an empty flow": "{}\n",
    "a service left empty": "services:\n  core:\n  redis:\n",
    "a service left empty at the end": "services:\n  core:",
    "written nulls": "services:\n  core: ~\n  jobservice: null # for later\n",
    "hosts left empty": "services:\n  core:\n    extra_hosts:\n    image: x\n  jobservice:\n    extra_hosts: ~\n",
    "what YAML 1.1 reads otherwise": (
        "services:\n  core:\n    ports: [2222:22, 22:22]\n    user: 1001:0\n    restart: no\n    environment:\n"
        "      A: =\n      B: on\n      C: 0o17\n      D: 017\n      E: 1_000\n      F: 2026-11-29\n      G: .inf\n      H: ''\n"
    ),
    "quotes": "services:\n  'core':\n    image: \"a\\u0041\"\n    command: 'it''s'\n  \"jobservice\" :\n    image: x\n",
    "comments everywhere": (
        "# top\nservices: # all\n  # the core\n  core: # c\n    # environment\n    environment: # e\n      A: b # v\n"
        '    extra_hosts: # h\n      # ldap\n      - "ldap:10.1.1.1" # l\n      # more\n    # end of core\n# end\n'
    ),
    "list in the column of its key": "services:\n  core:\n    extra_hosts:\n    - ldap=10.1.1.1\n    - v6:[fd00::1]\n",
    "mapping of hosts": "services:\n  core:\n    extra_hosts:\n      ldap: 10.1.1.1\n      two: [10.1.1.2, 10.1.1.3]\n",
    "flow list": "services:\n  core:\n    extra_hosts: [ldap:10.1.1.1, 'b=10.1.1.2'] # two\n",
    "flow list in several lines": "services:\n  core:\n    extra_hosts: [ # two\n      ldap:10.1.1.1,\n      b:10.1.1.2 ]\n",
    "flow mapping of hosts": "services:\n  core: {extra_hosts: {ldap: 10.1.1.1}, image: x}\n",
    "empty flows": "services:\n  core:\n    extra_hosts: []\n  jobservice:\n    extra_hosts: {}\n",
    "flow with a trailing comma": "services: { core: { image: x, }, redis: { mem_limit: 1g }, }\n",
    "everything in one line": "{services: {core: {image: x}, redis: {mem_limit: 1g}}, networks: {x: }}",
    "flow with comments": "services: { # all\n  core: { image: x }, # c\n  }\n",
    "no services": "version: '2.3'\nnetworks:\n  x:\n",
    "other services": "services:\n  redis:\n    mem_limit: 1g\n",
    "marker of a document": "---\n# site\nservices:\n  core:\n    image: x\n...\n",
    "marker of an empty document": "---\n# site\n",
    "a directive": "%YAML 1.1\n---\nservices:\n  core:\n    image: x\n",
    "deep indentation": "services:\n      core:\n            image: x\n            extra_hosts:\n                    - a:10.1.1.1\n",
    "one blank of indentation": "services:\n core:\n  image: x\n  extra_hosts:\n   - a:10.1.1.1\n",
    "block scalars": (
        'services:\n  core:\n    command: |+\n      # no comment\n      - "x:1" \n\n\n  jobservice:\n    command: >-\n      x\n\n      y'
    ),
    "text of several lines": 'services:\n  core:\n    labels:\n      a: one\n        two\n      b: "one\n        two\\\n        three"\n',
    "duplicate anchors": "x-a: &a 1\nx-b: &a 2\nx-c: *a\nservices:\n  core:\n    cpus: *a\n",
    "services share an alias": "x-c: &c\n  image: x\nservices:\n  core: *c\n  jobservice: *c # j\n  redis: *c\n",
    "an alias in the next line": "x-c: &c {image: x}\nservices:\n  core:\n    *c\n  redis: *c\n",
    "only ours share": "services:\n  core: &c\n    image: x\n  jobservice: *c\n",
    "another service shares": "services:\n  core: &c\n    image: x\n    extra_hosts:\n      - a:10.1.1.1\n  jobservice: *c\n  redis: *c\n",
    "another service merges": "services:\n  core: &c # shared\n    image: x\n  redis:\n    <<: *c\n    user: 1001:0\n",
    "an extension shares": "services:\n  core: &c\n    image: x\nx-copy: *c\n",
    "shared as a flow": "services:\n  core: &c {image: x}\n  redis: *c\n",
    "merged hosts": (
        'x-h: &h\n  extra_hosts:\n    - "a:10.1.1.1"\nservices:\n  core:\n    <<: *h\n  jobservice:\n    <<: [*h]\n    image: y\n'
    ),
    "merged mapping of hosts": "x-h: &h {extra_hosts: {a: 10.1.1.1}}\nservices:\n  core:\n    <<: *h\n  redis: *h\n",
    "shared list": (
        "x-h: &h [a:10.1.1.1]\nservices:\n  core:\n    extra_hosts: *h # shared\n  redis:\n    extra_hosts: *h\n"
    ),
    "shared mapping of hosts": "x-h: &h {a: 10.1.1.1}\nservices:\n  core:\n    extra_hosts: *h\n  redis: {extra_hosts: *h}\n",
    "list that others share": "services:\n  core:\n    extra_hosts: &k\n      - b:10.1.1.1\n  redis:\n    extra_hosts: *k\n",
    "merge within hosts": "x-h: &h {a: 10.1.1.1}\nservices:\n  core:\n    extra_hosts:\n      <<: *h\n      b: 10.1.1.2\n",
    "tags of Compose elsewhere": "services:\n  core:\n    ports: !reset []\n    environment: !override\n      A: b\n",
    "standard tags": "services: !!map\n  core: !!map\n    image: !!str 1\n    extra_hosts: !!seq\n      - a:10.1.1.1\n",
    "other letters": "services:\n  core:\n    labels: {name: B\u00fcro \u4e2d\u6587 \U0001f600} # \u00fc\n    image: x\n",
    "old Mac": "services:\r  core:\r    image: x\r",
}
TABS = {
    "tabs before comments": "services:\t# all\n  core:\n    image:\tx\t# tab\n    extra_hosts:\t# h\n      - a:10.1.1.1\t# a\n",
    "tabs in a flow": "services: {core:\t{image:\tx,\n\t\tuser: y}}\n",
}
# Names cannot be added to these, for the reason that is said.
REFUSED = {
    "services: !override {core: {}}\n": "services in FILE has the tag !override (line 1)",
    "services: {core: !reset null}\n": "core in FILE has the tag !reset (line 1)",
    "services:\n  core:\n    extra_hosts: !override\n      - a:1\n": "extra_hosts of core in FILE has the tag !override (line 3)",
    "- no: mapping\n": "FILE holds no mapping (line 1)",
    "just text\n": "FILE holds no mapping (line 1)",
    "services: 7\n": "services in FILE is no mapping (line 1)",
    "services:\n  core: [a]\n": "core in FILE is no mapping (line 2)",
    "services:\n  core:\n    extra_hosts: a:1\n": "extra_hosts of core in FILE is neither a list nor a mapping (line 3)",
    "--- ~\n": "FILE is null (line 1)",
    "services: {core: }\n": "core in FILE is empty within { } (line 1)",
    "{{ no YAML }\n": "FILE cannot be read as YAML at line",
    "services:\n\tcore:\n": "FILE cannot be read as YAML at line 2",
    f"x: {'[' * 900}{']' * 900}\n": "FILE cannot be read: its parts are nested too deeply",
    f"x: {'[' * 300}{']' * 300}\n- y": "FILE cannot be read as YAML at line 2",
    "a: \x00\n": "FILE cannot be read as YAML",
    "a: 1\n---\nb: 2\n": "FILE holds 2 documents (separated by ---)",
    "services: *none\n": "FILE uses the alias *none in line 1, which names no anchor above it",
    "services:\n  core: &z {a: [*z]}\n": "FILE holds an anchor (&z, line 2) that contains itself",
    "x: &x [1]\nservices: {redis: {<<: *x}}\n": "FILE merges something with << that is no mapping (line 1)",
    "services:\n  core: {}\n  core: {}\n": "the key 'core' stands twice in one mapping of FILE (lines 2 and 3)",
    "services:\n  core: &c\n   image: x\n  redis: *c\n": "core in FILE is shared, and is not indented enough",
    "services: {core: &c {image: x}, redis: *c}\n": "core in FILE is shared, and stands within { } (line 1)",
    "x-s: &s {core: {image: x}}\nservices: *s\n": "core in FILE comes from an anchor (line 2), so nothing can be added there",
    "services: &s {core: {}}\nx-s: *s\n": "core in FILE is shared, and stands within { } (line 1)",
    "services:\n  ? core\n  : image: x\n": "a key or a list in FILE does not begin its line, ':' stands before it",
}
