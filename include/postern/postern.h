/*
 * Postern: who may do what in a oneM2M platform, after TS-0003.
 *
 * This header includes all others. A program that only decides needs
 * <postern/pdp.h> and libpostern-pdp alone, which links the C library and
 * nothing else.
 *
 *   <postern/base.h>    text slices, statuses, diagnostics, memory, limits
 *   <postern/pdp.h>     identifiers, facts about a request, compiled access
 *                       control policies, the access decision
 *   <postern/policy.h>  documents with policies: read, checked, written
 *   <postern/prp.h>     resources, and a store of them that changes while it is
 *                       read
 *   <postern/pip.h>     attributes that a decision may ask for
 *   <postern/jose.h>    keys, and what is signed or encrypted with them
 *   <postern/credential.h>  names of keys, what they are for, derived keys
 *   <postern/token.h>   oneM2M tokens: issuers, verifying, issuing
 *   <postern/engine.h>  one call for a CSE: postern_authorize()
 *   <postern/dynauth.h> asking those who may permit what no rule does
 *   <postern/ppm.h>     privacy policies: terms of providers against what
 *                       users, laws and parents say
 *   <postern/customised.h>  the privacy policy that a person is shown
 *   <postern/consent.h> the privacy policy manager: what is registered and
 *                       accepted, and what became of it
 *   <postern/gate.h>    what the manager enforces, as policies and by deciding
 *   <postern/access_log.h>  who has read what
 *   <postern/grid.h>    all subscribers at once, when a law changes
 *
 * A tour, in the words of the standard:
 *
 *   resource --links--> ACP --holds--> rules --name--> originators, operations,
 *                                                      contexts, details
 *
 * - An <accessControlPolicy> (ACP) holds rules (access-control-rule-tuples):
 *   its privileges protect the resources that link to it, its self-privileges
 *   protect the ACP itself.
 * - A rule is true for a request when every one of its terms is: who asks, for
 *   which operation, in which context (time, address, place), for which object,
 *   and whether the originator was authenticated.
 * - One true rule permits; nothing else denies. What is unknown never makes a
 *   rule true.
 * - postern_acp_set holds compiled ACPs. postern_request holds what is known of
 *   one request. postern_decide() takes both and gives an answer; it cannot
 *   fail.
 *
 * - postern_store holds resources with their links. postern_primitive is a
 *   request as it came in. postern_authorize() finds out who asks and which
 * ACPs protect the target, decides, and says what to answer.
 *
 * What Postern does not do: receive requests, authenticate anybody, keep the
 * content of resources, or enforce what it answers. These belong to the CSE
 * around it.
 */
#ifndef POSTERN_POSTERN_H
#define POSTERN_POSTERN_H

#include <postern/access_log.h>
#include <postern/base.h>
#include <postern/consent.h>
#include <postern/credential.h>
#include <postern/customised.h>
#include <postern/dynauth.h>
#include <postern/engine.h>
#include <postern/gate.h>
#include <postern/grid.h>
#include <postern/jose.h>
#include <postern/pdp.h>
#include <postern/pip.h>
#include <postern/policy.h>
#include <postern/ppm.h>
#include <postern/proof.h>
#include <postern/prp.h>
#include <postern/token.h>

#endif
