// SPDX-License-Identifier: GPL-3.0-or-later
// The scripts of three shells. @ stands for the names of commands.
#include "completion.h"

#include <stdio.h>
#include <string.h>

static const char bash[] =
    "# airy completion bash >/etc/bash_completion.d/airy\n"
    "_airy() {\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} values\n"
    "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
    "        COMPREPLY=($(compgen -W \"help @\" -- \"$word\") $(compgen -f -- \"$word\"))\n"
    "        return\n"
    "    fi\n"
    "    case $before in\n"
    "    --*) values=$(airy \"${COMP_WORDS[1]}\" --list-values \"$before\" 2>/dev/null) ;;\n"
    "    esac\n"
    "    if [ -n \"$values\" ] && [ \"$values\" != FILE ]; then\n"
    "        COMPREPLY=($(compgen -W \"$values\" -- \"$word\"))\n"
    "    elif [ \"${word#-}\" != \"$word\" ]; then\n"
    "        COMPREPLY=($(compgen -W \"$(airy \"${COMP_WORDS[1]}\" --list-options)\" -- "
    "\"$word\"))\n"
    "    else\n"
    "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
    "    fi\n"
    "}\n"
    "complete -o filenames -F _airy airy\n";

static const char zsh[] =
    "#compdef airy\n"
    "# airy completion zsh >\"${fpath[1]}/_airy\"\n"
    "_airy() {\n"
    "    local before=${words[CURRENT-1]}\n"
    "    local -a values\n"
    "    if (( CURRENT == 2 )); then\n"
    "        compadd help @\n"
    "        _files\n"
    "        return\n"
    "    fi\n"
    "    if [[ $before == --* ]]; then\n"
    "        values=(${(f)\"$(airy ${words[2]} --list-values $before 2>/dev/null)\"})\n"
    "    fi\n"
    "    if (( ${#values} )) && [[ ${values[1]} != FILE ]]; then\n"
    "        compadd -a values\n"
    "    elif [[ ${words[CURRENT]} == -* ]]; then\n"
    "        compadd -- ${(f)\"$(airy ${words[2]} --list-options 2>/dev/null)\"}\n"
    "    else\n"
    "        _files\n"
    "    fi\n"
    "}\n"
    "_airy \"$@\"\n";

static const char fish[] =
    "# airy completion fish >~/.config/fish/completions/airy.fish\n"
    "function __airy_values\n"
    "    set -l words (commandline -opc)\n"
    "    test (count $words) -gt 2; and string match -q -- '--*' $words[-1]; or return 1\n"
    "    set -l values (airy $words[2] --list-values $words[-1] 2>/dev/null)\n"
    "    test (count $values) -gt 0; and test \"$values[1]\" != FILE; or return 1\n"
    "    printf '%s\\n' $values\n"
    "end\n"
    "function __airy_options\n"
    "    set -l words (commandline -opc)\n"
    "    airy $words[2] --list-options 2>/dev/null\n"
    "end\n"
    "set -l later 'test (count (commandline -opc)) -gt 1'\n"
    "complete -c airy -n 'test (count (commandline -opc)) -eq 1' -a 'help @'\n"
    "complete -c airy -n '__airy_values >/dev/null' -f -a '(__airy_values)'\n"
    "complete -c airy -n \"$later; and not __airy_values >/dev/null\" -a '(__airy_options)'\n";

bool completion_print(const char *shell, const char *commands)
{
    static const struct {
        const char *shell, *script;
    } scripts[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        const char *script = scripts[i].script, *at = strstr(script, "help @");
        if (strcmp(shell, scripts[i].shell) != 0 || !at)
            continue;
        at += strlen("help ");
        printf("%.*s%s%s", (int)(at - script), script, commands, at + 1);
        return true;
    }
    fprintf(stderr, "airy: completion is there for bash, zsh and fish, not for '%s'\n", shell);
    return false;
}
