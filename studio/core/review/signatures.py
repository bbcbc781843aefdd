"""The signatures under a review: whose are wanted, and whether they are for exactly this."""

from studio.core.checklist import Checklist, Tier
from studio.core.checks.check import Check
from studio.core.phrases import phrase
from studio.core.review.answers import Answers, Role, SignOff
from studio.core.review.items import checks_hash
from studio.core.review.signing import why_signature_fails
from studio.core.review.subject import Subject
from studio.core.review.tiers import tier_of


def why_not_signed(
    checklist: Checklist, answers: Answers, subject: Subject, checks: tuple[Check, ...], tier: Tier
) -> list[tuple[Role, str]]:
    """Why a signature that is wanted at this tier is missing or does not count, as sentences with whose it is."""
    found = []
    first = answers.signoff
    if why := _why_not_valid(first, answers, subject, checks):
        found.append((Role.MAKER, why))
    if wants_second(checklist, answers, tier):
        second = answers.second
        if second is None or not second.by.strip():
            words = phrase(
                "At tier {tier} a second person must read the review and sign it too.", tier=tier.value
            )
            if not tier.reaches(checklist.second_from):
                words = phrase(
                    "Tier {tier} was lowered: a second person must read the review and sign it too.",
                    tier=tier_of(checklist, answers.intake).value,
                )
            found.append((Role.SECOND, words))
        elif first is not None and _same_person(first, second):
            words = phrase("The second signature is the maker's own. Somebody else must sign.")
            found.append((Role.SECOND, words))
        elif why := _why_not_valid(second, answers, subject, checks):
            found.append((Role.SECOND, phrase("Second signature: {why}", why=why)))
    return found


def wants_second(checklist: Checklist, answers: Answers, tier: Tier) -> bool:
    """True where a second person has to sign: at the highest tier, and where that is what was lowered."""
    if tier is Tier.STOP:
        return False
    return any(one.reaches(checklist.second_from) for one in (tier, tier_of(checklist, answers.intake)))


def _same_person(one: SignOff, other: SignOff) -> bool:
    names = {" ".join(signed.by.casefold().split()) for signed in (one, other)}
    return len(names) == 1 or (bool(one.key) and one.key == other.key)


def _why_not_valid(
    signed: SignOff | None, answers: Answers, subject: Subject, checks: tuple[Check, ...]
) -> str | None:
    if signed is None or not signed.by.strip():
        return phrase("Nobody has signed the review. Enter your name and sign it.")
    if not signed.subject_hash:
        return phrase(
            "{who}'s signature is not for this: the answers file was made for another model, data, recipe or board "
            "(or does not say which), or checks say something else now. Read what they found and sign again.",
            who=signed.by,
        )
    if signed.subject_hash != subject.hash:
        return phrase(
            "The model, data, target or checklist changed after the signature. Read again and sign again."
        )
    if signed.answers_hash != answers.hash:
        return phrase("Answers changed after the signature. Read again and sign again.")
    if signed.checks_hash and signed.checks_hash != checks_hash(checks):
        return phrase(
            "Checks have other results than at the signature, or say them in another language. Read again and sign "
            "again."
        )
    return why_signature_fails(signed)
