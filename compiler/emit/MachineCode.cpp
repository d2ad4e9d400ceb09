// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/MachineCode.h"

#include "compiler/emit/InnermostLoops.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCDisassembler/MCDisassembler.h"
#include "llvm/MC/MCInst.h"
#include "llvm/MC/MCInstPrinter.h"
#include "llvm/MC/MCInstrAnalysis.h"
#include "llvm/MC/MCInstrInfo.h"
#include "llvm/MC/MCRegisterInfo.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/Regex.h"

using namespace mlir;
using namespace mncc;

namespace {

struct Instruction {
  uint64_t address, size;
  llvm::MCInst inst;
  /// The target of a jump whose target the code states.
  std::optional<uint64_t> target;
};

/// Disassembles the functions of one object.
class Decoder {
public:
  explicit Decoder(const llvm::TargetMachine &machine)
      : machine(machine), info(*machine.getMCInstrInfo()), registers(*machine.getMCRegisterInfo()),
        context(machine.getTargetTriple(), machine.getMCAsmInfo(), &registers, machine.getMCSubtargetInfo()),
        disassembler(machine.getTarget().createMCDisassembler(*machine.getMCSubtargetInfo(), context)),
        analysis(machine.getTarget().createMCInstrAnalysis(&info)),
        printer(machine.getTarget().createMCInstPrinter(machine.getTargetTriple(), 0, *machine.getMCAsmInfo(), info,
                                                        registers)) {
    StringRef name = machine.getTargetTriple().isX86() ? "RSP" : "SP";
    for (unsigned number = 1; number < registers.getNumRegs(); ++number)
      if (registers.getName(number) == name)
        stackPointer = number;
  }

  /// Fills all but the name; false where the bytes at `failedAt` are no
  /// instruction.
  bool decode(ArrayRef<uint8_t> bytes, uint64_t address, FunctionCode &code, uint64_t &failedAt);

private:
  const llvm::MCInstrDesc &describe(const Instruction &instruction) const {
    return info.get(instruction.inst.getOpcode());
  }
  bool isJump(const Instruction &instruction) const {
    return describe(instruction).isBranch() && !describe(instruction).isCall();
  }
  bool touchesStack(const Instruction &instruction) const;
  bool walksStack(const Instruction &instruction) const;
  std::vector<size_t> successorsOf(ArrayRef<Instruction> code, size_t index) const;
  void inspectLoops(ArrayRef<Instruction> code, FunctionCode &result) const;
  unsigned countCalls(ArrayRef<Instruction> code) const;
  std::optional<int64_t> measureFrame(ArrayRef<Instruction> code) const;
  std::optional<int64_t> growth(const Instruction &instruction) const;
  int64_t reachBelow(const Instruction &instruction) const;

  const llvm::TargetMachine &machine;
  const llvm::MCInstrInfo &info;
  const llvm::MCRegisterInfo &registers;
  llvm::MCContext context;
  std::unique_ptr<llvm::MCDisassembler> disassembler;
  std::unique_ptr<llvm::MCInstrAnalysis> analysis;
  std::unique_ptr<llvm::MCInstPrinter> printer;
  llvm::MCRegister stackPointer;
};

} // namespace

bool Decoder::decode(ArrayRef<uint8_t> bytes, uint64_t address, FunctionCode &code, uint64_t &failedAt) {
  std::vector<Instruction> instructions;
  for (uint64_t offset = 0; offset < bytes.size();) {
    Instruction next{address + offset, 0, {}, std::nullopt};
    if (disassembler->getInstruction(next.inst, next.size, bytes.drop_front(offset), next.address, llvm::nulls()) ==
            llvm::MCDisassembler::Fail ||
        next.size == 0) {
      failedAt = next.address;
      return false;
    }
    if (uint64_t target = 0; isJump(next) && analysis->evaluateBranch(next.inst, next.address, next.size, target))
      next.target = target;
    offset += next.size;
    instructions.push_back(std::move(next));
  }
  code.bytes = bytes.size();
  inspectLoops(instructions, code);
  code.calls = countCalls(instructions);
  code.frameBytes = measureFrame(instructions);
  return true;
}

bool Decoder::touchesStack(const Instruction &instruction) const {
  const llvm::MCInstrDesc &description = describe(instruction);
  return (description.mayLoad() || description.mayStore()) &&
         llvm::any_of(instruction.inst, [&](const llvm::MCOperand &operand) {
           return operand.isReg() && operand.getReg() == stackPointer;
         });
}

/// True for an access to an array in the frame, whose place a register tells: a spilled value has its own place.
bool Decoder::walksStack(const Instruction &instruction) const {
  // An address is base, scale, index, displacement and segment.
  const llvm::MCInst &inst = instruction.inst;
  if (!machine.getTargetTriple().isX86())
    return false;
  for (unsigned base = 0; base + 2 < inst.getNumOperands(); ++base)
    if (inst.getOperand(base).isReg() && inst.getOperand(base).getReg() == stackPointer &&
        inst.getOperand(base + 1).isImm() && inst.getOperand(base + 2).isReg())
      return inst.getOperand(base + 2).getReg().isValid();
  return false;
}

std::vector<size_t> Decoder::successorsOf(ArrayRef<Instruction> code, size_t index) const {
  std::vector<size_t> successors;
  const llvm::MCInstrDesc &description = describe(code[index]);
  if (!description.isBarrier() && !description.isReturn() && index + 1 < code.size())
    successors.push_back(index + 1);
  if (code[index].target) {
    auto isBefore = [&](const Instruction &other) { return other.address < *code[index].target; };
    const Instruction *target = llvm::partition_point(code, isBefore);
    if (target != code.end())
      successors.push_back(target - code.begin());
  }
  return successors;
}

/// Where `loop` starts in memory: its header, or a block of it that stands right before. Bytes between two of its
/// blocks that are never reached are not looked over.
static size_t findStart(ArrayRef<size_t> loop, size_t header) {
  const size_t *start = llvm::lower_bound(loop, header);
  while (start != loop.begin() && start[-1] + 1 == *start)
    --start;
  return *start;
}

void Decoder::inspectLoops(ArrayRef<Instruction> code, FunctionCode &result) const {
  std::vector<std::vector<size_t>> successors;
  for (size_t index = 0; index < code.size(); ++index)
    successors.push_back(successorsOf(code, index));
  auto isCall = [&](size_t index) { return describe(code[index]).isCall(); };
  for (const InnermostLoop &loop : findInnermostLoops(successors)) {
    if (llvm::any_of(loop.body, isCall))
      continue;
    result.stackAccesses +=
        llvm::count_if(loop.body, [&](size_t index) { return touchesStack(code[index]) && !walksStack(code[index]); });
    uint64_t align = llvm::MinAlign(code[findStart(loop.body, loop.header)].address, 64);
    result.loopAlign = result.loopAlign == 0 ? align : std::min<uint64_t>(result.loopAlign, align);
  }
}

unsigned Decoder::countCalls(ArrayRef<Instruction> code) const {
  uint64_t begin = code.front().address, end = code.back().address + code.back().size;
  return llvm::count_if(code, [&](const Instruction &instruction) {
    return describe(instruction).isCall() ||
           (instruction.target && (*instruction.target < begin || *instruction.target >= end));
  });
}

/// By how much `instruction` deepens the stack, in bytes; none where that
/// cannot be told.
std::optional<int64_t> Decoder::growth(const Instruction &instruction) const {
  const llvm::MCInstrDesc &description = describe(instruction);
  if (description.isCall() || description.isReturn() ||
      !description.hasDefOfPhysReg(instruction.inst, stackPointer, registers))
    return 0;
  std::string text;
  llvm::raw_string_ostream stream(text);
  printer->printInst(&instruction.inst, instruction.address, "", *machine.getMCSubtargetInfo(), stream);
  // AT&T syntax on x86-64: "pushq %rbx", "subq $24, %rsp", "leaq -8(%rsp),
  // %rsp"; on AArch64 "sub sp, sp, #32", "stp d9, d8, [sp, #-64]!", "ldp d9,
  // d8, [sp], #64".
  static const llvm::Regex push("^\tpushq?\t"), pop("^\tpopq?\t"), x86("^\t(sub|add)q?\t\\$(-?[0-9a-fx]+), %rsp"),
      lea("^\tleaq?\t(-?[0-9a-fx]+)\\(%rsp\\), %rsp"), arm("^\t(sub|add)\tsp, sp, #(0x[0-9a-f]+|[0-9]+)(, lsl #12)?"),
      armIndex("\\[sp(\\], |, )#(-?[0-9a-fx]+)\\]?!?$");
  SmallVector<StringRef> parts;
  int64_t amount = 0;
  if (push.match(text) || pop.match(text))
    return push.match(text) ? 8 : -8;
  if (x86.match(text, &parts) || arm.match(text, &parts)) {
    if (parts[2].getAsInteger(0, amount))
      return std::nullopt;
    amount <<= parts.size() > 3 && !parts[3].empty() ? 12 : 0;
    return parts[1] == "sub" ? amount : -amount;
  }
  if (lea.match(text, &parts) && !parts[1].getAsInteger(0, amount))
    return -amount;
  if (armIndex.match(text, &parts) && !parts[2].getAsInteger(0, amount))
    return -amount;
  return std::nullopt;
}

/// How far below the stack pointer `instruction` reads or writes, in bytes: the red zone of x86-64's leaf functions.
int64_t Decoder::reachBelow(const Instruction &instruction) const {
  // An address is base, scale, index, displacement and segment.
  const llvm::MCInst &inst = instruction.inst;
  if (!machine.getTargetTriple().isX86() || !touchesStack(instruction))
    return 0;
  for (unsigned base = 0; base + 3 < inst.getNumOperands(); ++base)
    if (inst.getOperand(base).isReg() && inst.getOperand(base).getReg() == stackPointer &&
        inst.getOperand(base + 3).isImm())
      return std::max<int64_t>(-inst.getOperand(base + 3).getImm(), 0);
  return 0;
}

/// Follows the flow of control from the entry: epilogues stand in the middle of
/// functions too.
std::optional<int64_t> Decoder::measureFrame(ArrayRef<Instruction> code) const {
  std::vector<std::optional<int64_t>> depths(code.size());
  std::vector<std::pair<size_t, int64_t>> ways = {{0, 0}};
  int64_t deepest = 0;
  while (!ways.empty()) {
    auto [index, depth] = ways.back();
    ways.pop_back();
    if (depths[index])
      continue;
    depths[index] = depth;
    std::optional<int64_t> change = growth(code[index]);
    if (!change)
      return std::nullopt;
    deepest = std::max({deepest, depth + *change, depth + reachBelow(code[index])});
    for (size_t next : successorsOf(code, index))
      ways.push_back({next, depth + *change});
  }
  return deepest;
}

FailureOr<std::vector<FunctionCode>> mncc::disassemble(StringRef object, const llvm::TargetMachine &machine,
                                                       Location location) {
  auto file = llvm::object::ObjectFile::createELFObjectFile(llvm::MemoryBufferRef(object, "object"));
  if (!file)
    return emitError(location) << "internal error: the object cannot be read: " << llvm::toString(file.takeError());
  Decoder decoder(machine);
  std::vector<std::pair<uint64_t, FunctionCode>> functions;
  for (const llvm::object::ELFSymbolRef &symbol : cast<llvm::object::ELFObjectFileBase>(**file).symbols()) {
    if (symbol.getELFType() != llvm::ELF::STT_FUNC)
      continue;
    llvm::object::SectionRef section = *llvm::cantFail(symbol.getSection());
    StringRef contents = llvm::cantFail(section.getContents());
    uint64_t address = llvm::cantFail(symbol.getAddress());
    FunctionCode code;
    code.name = llvm::cantFail(symbol.getName()).str();
    uint64_t failedAt = 0;
    ArrayRef<uint8_t> bytes(reinterpret_cast<const uint8_t *>(contents.data()), contents.size());
    if (!decoder.decode(bytes.slice(address - section.getAddress(), symbol.getSize()), address, code, failedAt))
      return emitError(location) << "internal error: no instruction at " << llvm::utohexstr(failedAt) << " in '"
                                 << code.name << "'";
    functions.push_back({address, std::move(code)});
  }
  llvm::sort(functions, [](const auto &a, const auto &b) {
    return std::tie(a.first, a.second.name) < std::tie(b.first, b.second.name);
  });
  std::vector<FunctionCode> result;
  for (auto &[address, code] : functions)
    result.push_back(std::move(code));
  return result;
}

int64_t mncc::getReturnAddressBytes(const llvm::TargetMachine &machine) {
  return machine.getTargetTriple().isX86() ? 8 : 0;
}
