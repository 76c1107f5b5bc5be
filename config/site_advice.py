"""What is allowed in a site file and still hardly meant: warnings for who writes it."""

from __future__ import annotations

from collections.abc import Iterator

from config.site import Channel, Line, Role, Site
from config.site_table import Problem
from config.spelling import did_you_mean, quoted
from config.texts.keys import LIMIT_SECONDS, spoken_seconds
from config.texts.language import languages
from config.toml_lines import TomlLines
from config.windows import WindowKind


def advice(site: Site, lines: TomlLines) -> Iterator[Problem]:
    """Warnings about a valid site, each with its line."""
    for position, line in enumerate(site.lines.values()):
        at = lines.of("line", position)
        for words in _line_advice(site, line):
            yield Problem(at, f"line {quoted(line.id)}: {words}")
        for channel, windows in line.hours.items():
            if len(windows) > 1 and any(window.kind is not WindowKind.DAYS for window in windows):
                words = (
                    f'{channel} has "always" or "never" beside other windows; write it alone, or leave it out'
                )
                yield Problem(
                    lines.of("line", position, "hours", channel), f"line {quoted(line.id)}: {words}"
                )
    for position, night_line in enumerate(site.night_lines.values()):
        for words in _night_line_advice(site, night_line.id):
            yield Problem(lines.of("night_line", position), f"night_line {quoted(night_line.id)}: {words}")
    served = {code for line in site.lines.values() for code in line.municipalities}
    for position, municipality in enumerate(site.municipalities.values()):
        if municipality.code not in served:
            words = (
                f"municipality {quoted(municipality.code)}: no line serves it, so nobody there can be helped"
            )
            yield Problem(lines.of("municipality", position), words)
    for position, worker in enumerate(site.workers.values()):
        for language in set(worker.languages) - set(site.languages):
            words = f"nobody can ask for {quoted(language)}{did_you_mean(language, site.languages)}"
            yield Problem(lines.of("worker", position, "languages"), f"worker {quoted(worker.id)}: {words}")


def _line_advice(site: Site, line: Line) -> Iterator[str]:
    voice = line.hours.get(Channel.VOICE, ())
    never = all(window.kind is WindowKind.NEVER for window in voice)
    if never and line.night_line is None and line.partner_phone is None:
        yield "has neither hours for voice nor a night line, so whoever calls finds it closed for ever"
    staff = [worker for worker in site.workers.values() if line.id in worker.lines]
    if not any(Role.WORKER in worker.roles for worker in staff):
        yield "no worker has it among their lines, so nobody can be on duty"
    if not any(Role.COORDINATOR in worker.roles for worker in staff):
        yield "no coordinator has it among their lines, so its alarms reach nobody"
    shared = any(line.id in number.lines for number in site.shared_numbers)
    if shared and not any(site.municipalities[code].postcodes for code in line.municipalities):
        yield "shares a number, but its municipalities have no postcodes, so no caller gets there"
    yield from _long_words(site, line)


def _long_words(site: Site, line: Line) -> Iterator[str]:
    for code in site.languages:
        words = {**languages()[code].words, **line.texts.get(code, {})}
        for key in ("greeting", "whisper"):
            names = {"line": line.name, "municipality": site.municipalities[line.municipalities[0]].name}
            seconds = spoken_seconds(words[key].format(**names))
            if round(seconds) > LIMIT_SECONDS[key]:  # an estimate: a tenth of a second over says nothing
                yield (
                    f"its {key} ({code}) takes about {seconds:.1f} s, over {LIMIT_SECONDS[key]:.0f} s; "
                    f"give it shorter words under [line.texts.{code}]"
                )


def _night_line_advice(site: Site, night_line: str) -> Iterator[str]:
    if not any(night_line in worker.night_lines for worker in site.workers.values()):
        yield "no worker has it among their night_lines, so nobody can be on duty"
    asked = any(line.night_line == night_line for line in site.lines.values())
    if not asked and not any(number.fallback == night_line for number in site.shared_numbers):
        yield "no line and no shared number uses it"
