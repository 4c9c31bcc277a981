# Completion of postern(1) and postern-bench(1) for bash.
# shellcheck shell=bash

_postern_words() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_postern_files() {
    local pattern=$1 name
    mapfile -t COMPREPLY < <(compgen -d -- "$2")
    while IFS= read -r name; do
        # shellcheck disable=SC2053 # it is a pattern
        [[ $name == $pattern ]] && COMPREPLY+=("$name")
    done < <(compgen -f -- "$2")
}

_postern() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local verbs="decide permitted who replay test check fmt convert compile token das jose ppm help"
    local operations="create retrieve update delete notify discover"
    local options

    compopt -o filenames 2>/dev/null
    if ((COMP_CWORD == 1)); then
        compopt +o filenames 2>/dev/null
        _postern_words "$verbs --version --help" "$word"
        return
    fi
    case $before in
        --format) _postern_words "text json" "$word"; return ;;
        --to) _postern_words "json yaml" "$word"; return ;;
        --profile) _postern_words "sound literal annexk" "$word"; return ;;
        --kind) _postern_words "jws jwe nested" "$word"; return ;;
        --enc) _postern_words "A128GCM A192GCM A256GCM" "$word"; return ;;
        --operation) _postern_words "$operations" "$word"; return ;;
        --answer) _postern_files "*.@(json|yaml|yml)" "$word"; return ;;
        --server | --domain | --point | --from | --now | --time | --today | --order | --originator | --under | --resource | --type | \
            --child-type | --label | --ip | --location | --role | --cse | \
            --das | --kid | --alg | --encrypt-kid | --encrypt-alg | \
            --acp | --subscriber | --provider | --version | --column | --days | --reason | --until | --except | \
            --groups | --roles | --links | --attributes | --id-length | \
            --max-lines | --max-ns | --line-ns | --step-ns)
            COMPREPLY=()
            return
            ;;
        -p | --policy | --config | --words | --previous)
            _postern_files "*.@(json|yaml|yml)" "$word"
            return
            ;;
        -o | --output | --image | --image-keys | \
            -r | --requests | --log | --resources | --country-db | --keys | --db | \
            --encrypt-keys | --sign-keys)
            _postern_files "*" "$word"
            return
            ;;
    esac
    case ${COMP_WORDS[1]} in
        decide) options="--policy --requests --explain --until --log --format
            --resources --country-db --lenient --inherit-parent
            --specialization-of-target --image
            --image-keys --verify --acp --cse --type --help" ;;
        compile) options="--policy --output --lenient --verify --keys --kid
            --max-ns --help" ;;
        permitted) options="--policy --originator --operation --child-type
            --under --type --label --time --ip --location --authenticated
            --role --format --resources --country-db --lenient
            --inherit-parent --specialization-of-target --help" ;;
        who) options="--policy --resource --operation --time --format
            --resources --lenient --inherit-parent --help" ;;
        replay) options="--policy --format --resources --country-db --lenient
            --inherit-parent --specialization-of-target --help" ;;
        test) options="--format --verbose --help" ;;
        check) options="--format --now --strict --together --cost --groups
            --roles --links --attributes --id-length --max-lines --max-ns
            --line-ns --step-ns --help" ;;
        fmt) options="--write --check --drop-comments --help" ;;
        convert) options="--to --help" ;;
        token) options="--config --cse --originator --das --now --format
            --kind --keys --kid --alg --encrypt-keys --encrypt-kid
            --encrypt-alg --enc --help"
            if ((COMP_CWORD == 2)) && [[ $word != -* ]]; then
                _postern_words "verify inspect issue" "$word"
                return
            fi ;;
        das) options="--policy --server --domain --point --clamp --answer
            --config --from --now --format --help"
            if ((COMP_CWORD == 2)) && [[ $word != -* ]]; then
                _postern_words "request answer decide" "$word"
                return
            fi ;;
        jose) options="--keys --kind --alg --enc --kid --sign-keys
            --encrypt-keys --encrypt-kid --encrypt-alg --onem2m --now --format
            --help"
            if ((COMP_CWORD == 2)) && [[ $word != -* ]]; then
                _postern_words "open seal" "$word"
                return
            fi ;;
        ppm) options="--profile --order --today --all --conflicts --words
            --strict --verbose --format --keys --kid --db --subscriber
            --provider --now --version --signed --column --days --withdraw
            --overdue --reason --previous --hash --unsigned-terms
            --except --until --history --cse --access-log --with --asker
            --head --originator --data --consent --from --summary
            --help"
            if ((COMP_CWORD == 2)) && [[ $word != -* ]]; then
                _postern_words "tags check evaluate policy test sign receipt delete deletions delete-note register accept withdraw status look-again compile decide answer log" "$word"
                return
            fi ;;
        help) _postern_words "$verbs" "$word"; return ;;
        *) return ;;
    esac
    if [[ $word == -* ]]; then
        _postern_words "$options" "$word"
    elif [[ $before == replay ]]; then
        _postern_files "*" "$word"
    else
        _postern_files "*.@(json|yaml|yml)" "$word"
    fi
}

_postern_bench() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}

    case $before in
        --format | -f) _postern_words "text json" "$word" ;;
        --size | -n) _postern_words "small" "$word" ;;
        --db | -d | --build | -b) _postern_files "*" "$word" ;;
        *) _postern_words "access-log constant-time country crowds decide diff
            gate image load patterns peers ppm proof store token --size --seed
            --case --db --seconds --replay --build --format --list --help" \
            "$word" ;;
    esac
}

shopt -s extglob
complete -F _postern postern
complete -F _postern_bench postern-bench
