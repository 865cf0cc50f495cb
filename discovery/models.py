"""What was seen: sources, scans, and what they showed. Tables stand in modules by subject; this names all.

What stands for an AI tool, or may, is stored readable (:class:`Record`). Everything else is
sealed (:class:`SealedBlock`): outside its ciphertext stand keyed identities, counts and sums.
Identities, contents and handles are keyed hashes: without the installation's key they can
neither be computed nor compared with a guess.
"""

from discovery.decision_models import Decision as Decision
from discovery.decision_models import DecisionKind as DecisionKind
from discovery.descriptor_models import Descriptor as Descriptor
from discovery.descriptor_models import DescriptorState as DescriptorState
from discovery.descriptor_models import RecognitionState as RecognitionState
from discovery.expectation_models import SourceExpectation as SourceExpectation
from discovery.people_models import DirectoryEntry as DirectoryEntry
from discovery.people_models import Person as Person
from discovery.pull_models import Connection as Connection
from discovery.pull_models import ConnectionChange as ConnectionChange
from discovery.pull_models import PulledSource as PulledSource
from discovery.pull_models import WorkerKey as WorkerKey
from discovery.purchase_models import ChangedTool as ChangedTool
from discovery.purchase_models import Consumption as Consumption
from discovery.purchase_models import Derivation as Derivation
from discovery.purchase_models import Purchase as Purchase
from discovery.purchase_models import Standing as Standing
from discovery.purchase_models import UnderivedVendor as UnderivedVendor
from discovery.record_models import Record as Record
from discovery.record_models import RecordKind as RecordKind
from discovery.record_models import SwitchState as SwitchState
from discovery.review_models import AskedRecognition as AskedRecognition
from discovery.review_models import JudgedRecords as JudgedRecords
from discovery.rule_models import AskedRule as AskedRule
from discovery.rule_models import SealOpening as SealOpening
from discovery.scan_models import Chunk as Chunk
from discovery.scan_models import ChunkState as ChunkState
from discovery.scan_models import Coverage as Coverage
from discovery.scan_models import RejectedRow as RejectedRow
from discovery.scan_models import Scan as Scan
from discovery.scan_models import ScanState as ScanState
from discovery.scan_models import SightingRun as SightingRun
from discovery.scan_models import Source as Source
from discovery.scan_models import TableMapping as TableMapping
from discovery.sealed_models import DataKey as DataKey
from discovery.sealed_models import HandleLink as HandleLink
from discovery.sealed_models import SealedBlock as SealedBlock
from discovery.watched_models import WatchedFile as WatchedFile
