// SPDX-License-Identifier: Apache-2.0
// The best order that we know of for the fma and the loads of an innermost loop on Cortex-A53, by LLVM's model of it:
// one turn of each kind of loop, with no arithmetic of addresses and no branch, in registers that it can really have.
//
// In that model an fma takes 10 cycles and one starts each cycle, a load beside it; but results are written in the order
// of the program, so a load of 4 cycles waits until the fma before it is 6 cycles old. An ld1 of four registers takes 7,
// and waits for 3. So inputs and weights come by fours, each as soon as its registers are free and eight fma ahead of its
// use; an ld1 then costs 2 cycles. Loads of one register cost 4 and one each where they stand side by side, and so they do.
//
// llvm-mca-22 -mtriple=aarch64-linux-gnu -mcpu=cortex-a53 -iterations=100 interleaved_cortex-a53.s

// 8 pixels x 8 channels, 4 input channels: 64 fma, 16 registers loaded.
// LLVM-MCA-BEGIN pointwise_8x8
	ld1	{ v20.4s, v21.4s, v22.4s, v23.4s }, [x0]
	fmla	v0.4s, v24.4s, v28.s[0]
	fmla	v2.4s, v24.4s, v29.s[0]
	fmla	v4.4s, v24.4s, v30.s[0]
	fmla	v6.4s, v24.4s, v31.s[0]
	fmla	v1.4s, v25.4s, v28.s[0]
	fmla	v3.4s, v25.4s, v29.s[0]
	fmla	v5.4s, v25.4s, v30.s[0]
	fmla	v7.4s, v25.4s, v31.s[0]
	fmla	v8.4s, v24.4s, v20.s[0]
	fmla	v10.4s, v24.4s, v21.s[0]
	fmla	v12.4s, v24.4s, v22.s[0]
	fmla	v14.4s, v24.4s, v23.s[0]
	fmla	v9.4s, v25.4s, v20.s[0]
	fmla	v11.4s, v25.4s, v21.s[0]
	fmla	v13.4s, v25.4s, v22.s[0]
	fmla	v15.4s, v25.4s, v23.s[0]
	fmla	v0.4s, v26.4s, v28.s[1]
	fmla	v2.4s, v26.4s, v29.s[1]
	fmla	v4.4s, v26.4s, v30.s[1]
	fmla	v6.4s, v26.4s, v31.s[1]
	fmla	v8.4s, v26.4s, v20.s[1]
	fmla	v10.4s, v26.4s, v21.s[1]
	fmla	v12.4s, v26.4s, v22.s[1]
	fmla	v14.4s, v26.4s, v23.s[1]
	ld1	{ v16.4s, v17.4s, v18.4s, v19.4s }, [x1]
	fmla	v1.4s, v27.4s, v28.s[1]
	fmla	v3.4s, v27.4s, v29.s[1]
	fmla	v5.4s, v27.4s, v30.s[1]
	fmla	v7.4s, v27.4s, v31.s[1]
	fmla	v9.4s, v27.4s, v20.s[1]
	fmla	v11.4s, v27.4s, v21.s[1]
	fmla	v13.4s, v27.4s, v22.s[1]
	fmla	v15.4s, v27.4s, v23.s[1]
	fmla	v0.4s, v16.4s, v28.s[2]
	fmla	v2.4s, v16.4s, v29.s[2]
	fmla	v4.4s, v16.4s, v30.s[2]
	fmla	v6.4s, v16.4s, v31.s[2]
	fmla	v1.4s, v17.4s, v28.s[2]
	fmla	v3.4s, v17.4s, v29.s[2]
	fmla	v5.4s, v17.4s, v30.s[2]
	fmla	v7.4s, v17.4s, v31.s[2]
	fmla	v8.4s, v16.4s, v20.s[2]
	fmla	v10.4s, v16.4s, v21.s[2]
	fmla	v0.4s, v18.4s, v28.s[3]
	fmla	v2.4s, v18.4s, v29.s[3]
	fmla	v4.4s, v18.4s, v30.s[3]
	fmla	v6.4s, v18.4s, v31.s[3]
	fmla	v1.4s, v19.4s, v28.s[3]
	fmla	v3.4s, v19.4s, v29.s[3]
	fmla	v5.4s, v19.4s, v30.s[3]
	fmla	v7.4s, v19.4s, v31.s[3]
	fmla	v12.4s, v16.4s, v22.s[2]
	fmla	v14.4s, v16.4s, v23.s[2]
	fmla	v9.4s, v17.4s, v20.s[2]
	ld1	{ v28.4s, v29.4s, v30.4s, v31.4s }, [x2]
	fmla	v11.4s, v17.4s, v21.s[2]
	fmla	v13.4s, v17.4s, v22.s[2]
	fmla	v15.4s, v17.4s, v23.s[2]
	ld1	{ v24.4s, v25.4s, v26.4s, v27.4s }, [x3]
	fmla	v8.4s, v18.4s, v20.s[3]
	fmla	v10.4s, v18.4s, v21.s[3]
	fmla	v12.4s, v18.4s, v22.s[3]
	fmla	v14.4s, v18.4s, v23.s[3]
	fmla	v9.4s, v19.4s, v20.s[3]
	fmla	v11.4s, v19.4s, v21.s[3]
	fmla	v13.4s, v19.4s, v22.s[3]
	fmla	v15.4s, v19.4s, v23.s[3]
// LLVM-MCA-END pointwise_8x8

// 7 pixels x 8 channels, 4 input channels: 56 fma, 16 registers loaded.
// LLVM-MCA-BEGIN pointwise_7x8
	ld1	{ v20.4s, v21.4s, v22.4s, v23.4s }, [x0]
	fmla	v0.4s, v24.4s, v28.s[0]
	fmla	v2.4s, v24.4s, v29.s[0]
	fmla	v4.4s, v24.4s, v30.s[0]
	fmla	v1.4s, v25.4s, v28.s[0]
	fmla	v3.4s, v25.4s, v29.s[0]
	ld1	{ v16.4s, v17.4s, v18.4s, v19.4s }, [x1]
	fmla	v5.4s, v25.4s, v30.s[0]
	fmla	v6.4s, v24.4s, v20.s[0]
	fmla	v8.4s, v24.4s, v21.s[0]
	fmla	v10.4s, v24.4s, v22.s[0]
	fmla	v12.4s, v24.4s, v23.s[0]
	fmla	v7.4s, v25.4s, v20.s[0]
	fmla	v9.4s, v25.4s, v21.s[0]
	fmla	v11.4s, v25.4s, v22.s[0]
	fmla	v13.4s, v25.4s, v23.s[0]
	fmla	v0.4s, v26.4s, v28.s[1]
	fmla	v2.4s, v26.4s, v29.s[1]
	fmla	v4.4s, v26.4s, v30.s[1]
	fmla	v6.4s, v26.4s, v20.s[1]
	fmla	v8.4s, v26.4s, v21.s[1]
	fmla	v10.4s, v26.4s, v22.s[1]
	fmla	v12.4s, v26.4s, v23.s[1]
	fmla	v1.4s, v27.4s, v28.s[1]
	fmla	v3.4s, v27.4s, v29.s[1]
	fmla	v5.4s, v27.4s, v30.s[1]
	fmla	v7.4s, v27.4s, v20.s[1]
	fmla	v9.4s, v27.4s, v21.s[1]
	fmla	v11.4s, v27.4s, v22.s[1]
	fmla	v13.4s, v27.4s, v23.s[1]
	fmla	v0.4s, v16.4s, v28.s[2]
	fmla	v2.4s, v16.4s, v29.s[2]
	fmla	v4.4s, v16.4s, v30.s[2]
	fmla	v1.4s, v17.4s, v28.s[2]
	fmla	v3.4s, v17.4s, v29.s[2]
	fmla	v5.4s, v17.4s, v30.s[2]
	fmla	v6.4s, v16.4s, v20.s[2]
	fmla	v8.4s, v16.4s, v21.s[2]
	fmla	v10.4s, v16.4s, v22.s[2]
	fmla	v12.4s, v16.4s, v23.s[2]
	fmla	v0.4s, v18.4s, v28.s[3]
	fmla	v2.4s, v18.4s, v29.s[3]
	fmla	v4.4s, v18.4s, v30.s[3]
	fmla	v1.4s, v19.4s, v28.s[3]
	fmla	v3.4s, v19.4s, v29.s[3]
	fmla	v5.4s, v19.4s, v30.s[3]
	fmla	v7.4s, v17.4s, v20.s[2]
	fmla	v9.4s, v17.4s, v21.s[2]
	fmla	v11.4s, v17.4s, v22.s[2]
	fmla	v13.4s, v17.4s, v23.s[2]
	ld1	{ v24.4s, v25.4s, v26.4s, v27.4s }, [x2]
	fmla	v6.4s, v18.4s, v20.s[3]
	fmla	v8.4s, v18.4s, v21.s[3]
	ld1	{ v28.4s, v29.4s, v30.4s, v31.4s }, [x3]
	fmla	v10.4s, v18.4s, v22.s[3]
	fmla	v12.4s, v18.4s, v23.s[3]
	fmla	v7.4s, v19.4s, v20.s[3]
	fmla	v9.4s, v19.4s, v21.s[3]
	fmla	v11.4s, v19.4s, v22.s[3]
	fmla	v13.4s, v19.4s, v23.s[3]
// LLVM-MCA-END pointwise_7x8

// 6 pixels x 8 channels, 4 input channels: 48 fma, 16 registers loaded.
// LLVM-MCA-BEGIN pointwise_6x8
	ld1	{ v20.4s, v21.4s, v22.4s, v23.4s }, [x0]
	fmla	v0.4s, v24.4s, v28.s[0]
	fmla	v2.4s, v24.4s, v29.s[0]
	fmla	v1.4s, v25.4s, v28.s[0]
	fmla	v3.4s, v25.4s, v29.s[0]
	ld1	{ v16.4s, v17.4s, v18.4s, v19.4s }, [x1]
	fmla	v4.4s, v24.4s, v20.s[0]
	fmla	v6.4s, v24.4s, v21.s[0]
	fmla	v8.4s, v24.4s, v22.s[0]
	fmla	v10.4s, v24.4s, v23.s[0]
	fmla	v5.4s, v25.4s, v20.s[0]
	fmla	v7.4s, v25.4s, v21.s[0]
	fmla	v0.4s, v26.4s, v28.s[1]
	fmla	v2.4s, v26.4s, v29.s[1]
	fmla	v1.4s, v27.4s, v28.s[1]
	fmla	v3.4s, v27.4s, v29.s[1]
	fmla	v9.4s, v25.4s, v22.s[0]
	fmla	v11.4s, v25.4s, v23.s[0]
	fmla	v4.4s, v26.4s, v20.s[1]
	fmla	v6.4s, v26.4s, v21.s[1]
	fmla	v8.4s, v26.4s, v22.s[1]
	fmla	v10.4s, v26.4s, v23.s[1]
	fmla	v5.4s, v27.4s, v20.s[1]
	fmla	v7.4s, v27.4s, v21.s[1]
	fmla	v0.4s, v16.4s, v28.s[2]
	fmla	v2.4s, v16.4s, v29.s[2]
	fmla	v9.4s, v27.4s, v22.s[1]
	fmla	v11.4s, v27.4s, v23.s[1]
	fmla	v1.4s, v17.4s, v28.s[2]
	fmla	v3.4s, v17.4s, v29.s[2]
	fmla	v4.4s, v16.4s, v20.s[2]
	ld1	{ v24.4s, v25.4s, v26.4s, v27.4s }, [x2]
	fmla	v6.4s, v16.4s, v21.s[2]
	fmla	v8.4s, v16.4s, v22.s[2]
	fmla	v10.4s, v16.4s, v23.s[2]
	fmla	v0.4s, v18.4s, v28.s[3]
	fmla	v2.4s, v18.4s, v29.s[3]
	fmla	v5.4s, v17.4s, v20.s[2]
	fmla	v7.4s, v17.4s, v21.s[2]
	fmla	v1.4s, v19.4s, v28.s[3]
	fmla	v3.4s, v19.4s, v29.s[3]
	fmla	v9.4s, v17.4s, v22.s[2]
	fmla	v11.4s, v17.4s, v23.s[2]
	fmla	v4.4s, v18.4s, v20.s[3]
	fmla	v6.4s, v18.4s, v21.s[3]
	fmla	v8.4s, v18.4s, v22.s[3]
	ld1	{ v28.4s, v29.4s, v30.4s, v31.4s }, [x3]
	fmla	v10.4s, v18.4s, v23.s[3]
	fmla	v5.4s, v19.4s, v20.s[3]
	fmla	v7.4s, v19.4s, v21.s[3]
	fmla	v9.4s, v19.4s, v22.s[3]
	fmla	v11.4s, v19.4s, v23.s[3]
// LLVM-MCA-END pointwise_6x8

// 5 pixels x 8 channels, 4 input channels: 40 fma, 16 registers loaded.
// LLVM-MCA-BEGIN pointwise_5x8
	ld1	{ v20.4s, v21.4s, v22.4s, v23.4s }, [x0]
	fmla	v0.4s, v28.4s, v24.s[0]
	ld1	{ v16.4s, v17.4s, v18.4s, v19.4s }, [x1]
	fmla	v1.4s, v29.4s, v24.s[0]
	fmla	v2.4s, v28.4s, v20.s[0]
	fmla	v4.4s, v28.4s, v21.s[0]
	fmla	v6.4s, v28.4s, v22.s[0]
	fmla	v8.4s, v28.4s, v23.s[0]
	fmla	v3.4s, v29.4s, v20.s[0]
	fmla	v5.4s, v29.4s, v21.s[0]
	fmla	v7.4s, v29.4s, v22.s[0]
	fmla	v9.4s, v29.4s, v23.s[0]
	fmla	v0.4s, v30.4s, v24.s[1]
	fmla	v1.4s, v31.4s, v24.s[1]
	fmla	v2.4s, v30.4s, v20.s[1]
	fmla	v4.4s, v30.4s, v21.s[1]
	fmla	v6.4s, v30.4s, v22.s[1]
	fmla	v8.4s, v30.4s, v23.s[1]
	fmla	v3.4s, v31.4s, v20.s[1]
	fmla	v5.4s, v31.4s, v21.s[1]
	fmla	v7.4s, v31.4s, v22.s[1]
	fmla	v9.4s, v31.4s, v23.s[1]
	fmla	v0.4s, v16.4s, v24.s[2]
	fmla	v1.4s, v17.4s, v24.s[2]
	fmla	v2.4s, v16.4s, v20.s[2]
	ld1	{ v28.4s, v29.4s, v30.4s, v31.4s }, [x2]
	fmla	v4.4s, v16.4s, v21.s[2]
	fmla	v6.4s, v16.4s, v22.s[2]
	fmla	v8.4s, v16.4s, v23.s[2]
	fmla	v3.4s, v17.4s, v20.s[2]
	fmla	v5.4s, v17.4s, v21.s[2]
	fmla	v7.4s, v17.4s, v22.s[2]
	fmla	v9.4s, v17.4s, v23.s[2]
	fmla	v0.4s, v18.4s, v24.s[3]
	fmla	v1.4s, v19.4s, v24.s[3]
	ld1	{ v24.4s, v25.4s, v26.4s, v27.4s }, [x3]
	fmla	v2.4s, v18.4s, v20.s[3]
	fmla	v4.4s, v18.4s, v21.s[3]
	fmla	v6.4s, v18.4s, v22.s[3]
	fmla	v8.4s, v18.4s, v23.s[3]
	fmla	v3.4s, v19.4s, v20.s[3]
	fmla	v5.4s, v19.4s, v21.s[3]
	fmla	v7.4s, v19.4s, v22.s[3]
	fmla	v9.4s, v19.4s, v23.s[3]
// LLVM-MCA-END pointwise_5x8

// 4 pixels x 8 channels, 4 input channels: 32 fma, 12 registers loaded.
// LLVM-MCA-BEGIN pointwise_4x8
	ld1	{ v24.4s, v25.4s, v26.4s, v27.4s }, [x0]
	fmla	v0.4s, v28.4s, v24.s[0]
	fmla	v2.4s, v28.4s, v25.s[0]
	fmla	v4.4s, v28.4s, v26.s[0]
	fmla	v6.4s, v28.4s, v27.s[0]
	fmla	v1.4s, v29.4s, v24.s[0]
	fmla	v3.4s, v29.4s, v25.s[0]
	fmla	v5.4s, v29.4s, v26.s[0]
	fmla	v7.4s, v29.4s, v27.s[0]
	ld1	{ v20.4s, v21.4s, v22.4s, v23.4s }, [x1]
	fmla	v0.4s, v30.4s, v24.s[1]
	fmla	v2.4s, v30.4s, v25.s[1]
	fmla	v4.4s, v30.4s, v26.s[1]
	fmla	v6.4s, v30.4s, v27.s[1]
	fmla	v1.4s, v31.4s, v24.s[1]
	fmla	v3.4s, v31.4s, v25.s[1]
	fmla	v5.4s, v31.4s, v26.s[1]
	fmla	v7.4s, v31.4s, v27.s[1]
	fmla	v0.4s, v20.4s, v24.s[2]
	fmla	v2.4s, v20.4s, v25.s[2]
	fmla	v4.4s, v20.4s, v26.s[2]
	fmla	v6.4s, v20.4s, v27.s[2]
	fmla	v1.4s, v21.4s, v24.s[2]
	fmla	v3.4s, v21.4s, v25.s[2]
	fmla	v5.4s, v21.4s, v26.s[2]
	fmla	v7.4s, v21.4s, v27.s[2]
	ld1	{ v28.4s, v29.4s, v30.4s, v31.4s }, [x2]
	fmla	v0.4s, v22.4s, v24.s[3]
	fmla	v2.4s, v22.4s, v25.s[3]
	fmla	v4.4s, v22.4s, v26.s[3]
	fmla	v6.4s, v22.4s, v27.s[3]
	fmla	v1.4s, v23.4s, v24.s[3]
	fmla	v3.4s, v23.4s, v25.s[3]
	fmla	v5.4s, v23.4s, v26.s[3]
	fmla	v7.4s, v23.4s, v27.s[3]
// LLVM-MCA-END pointwise_4x8

// 1 pixel x 40 channels, 4 input channels: 40 fma, 41 registers loaded.
// LLVM-MCA-BEGIN connected_1x40
	ldr	q10, [x0, #16]
	ld1	{ v20.4s, v21.4s, v22.4s, v23.4s }, [x1]
	fmla	v0.4s, v28.4s, v10.s[0]
	fmla	v1.4s, v29.4s, v10.s[0]
	fmla	v2.4s, v30.4s, v10.s[0]
	fmla	v3.4s, v31.4s, v10.s[0]
	ld1	{ v28.4s, v29.4s, v30.4s, v31.4s }, [x2]
	fmla	v4.4s, v24.4s, v10.s[0]
	fmla	v5.4s, v25.4s, v10.s[0]
	fmla	v6.4s, v26.4s, v10.s[0]
	fmla	v7.4s, v27.4s, v10.s[0]
	ld1	{ v24.4s, v25.4s, v26.4s, v27.4s }, [x3]
	fmla	v8.4s, v20.4s, v10.s[0]
	fmla	v9.4s, v21.4s, v10.s[0]
	fmla	v0.4s, v22.4s, v10.s[1]
	fmla	v1.4s, v23.4s, v10.s[1]
	fmla	v2.4s, v28.4s, v10.s[1]
	fmla	v3.4s, v29.4s, v10.s[1]
	fmla	v4.4s, v30.4s, v10.s[1]
	ld1	{ v20.4s, v21.4s, v22.4s, v23.4s }, [x4]
	fmla	v5.4s, v31.4s, v10.s[1]
	fmla	v6.4s, v24.4s, v10.s[1]
	fmla	v7.4s, v25.4s, v10.s[1]
	fmla	v8.4s, v26.4s, v10.s[1]
	ld1	{ v28.4s, v29.4s, v30.4s, v31.4s }, [x5]
	fmla	v9.4s, v27.4s, v10.s[1]
	fmla	v0.4s, v20.4s, v10.s[2]
	fmla	v1.4s, v21.4s, v10.s[2]
	fmla	v2.4s, v22.4s, v10.s[2]
	ld1	{ v24.4s, v25.4s, v26.4s, v27.4s }, [x6]
	fmla	v3.4s, v23.4s, v10.s[2]
	fmla	v4.4s, v28.4s, v10.s[2]
	ld1	{ v20.4s, v21.4s, v22.4s, v23.4s }, [x7]
	fmla	v5.4s, v29.4s, v10.s[2]
	fmla	v6.4s, v30.4s, v10.s[2]
	fmla	v7.4s, v31.4s, v10.s[2]
	fmla	v8.4s, v24.4s, v10.s[2]
	ld1	{ v16.4s, v17.4s, v18.4s, v19.4s }, [x8]
	fmla	v9.4s, v25.4s, v10.s[2]
	fmla	v0.4s, v26.4s, v10.s[3]
	fmla	v1.4s, v27.4s, v10.s[3]
	fmla	v2.4s, v20.4s, v10.s[3]
	fmla	v3.4s, v21.4s, v10.s[3]
	fmla	v4.4s, v22.4s, v10.s[3]
	fmla	v5.4s, v23.4s, v10.s[3]
	ld1	{ v28.4s, v29.4s, v30.4s, v31.4s }, [x9]
	fmla	v6.4s, v16.4s, v10.s[3]
	fmla	v7.4s, v17.4s, v10.s[3]
	fmla	v8.4s, v18.4s, v10.s[3]
	fmla	v9.4s, v19.4s, v10.s[3]
	ld1	{ v24.4s, v25.4s, v26.4s, v27.4s }, [x10]
// LLVM-MCA-END connected_1x40

// 8 pixels x 8 channels of 9 inputs, a kernel row of 3 channels: 144 fma, 42 registers of use.
// LLVM-MCA-BEGIN convolution_8x8
	ldr	q15, [x28, #2688]
	ldr	q14, [x30, #2688]
	ldr	q13, [x28, #2736]
	ldr	q1, [x30, #2736]
	ldr	q0, [x28, #2784]
	ldr	q3, [x30, #2784]
	ldr	q2, [x28, #2832]
	ldr	q12, [x30, #2832]
	ld1	{ v24.4s, v25.4s, v26.4s, v27.4s }, [x16]
	fmla	v5.4s, v28.4s, v15.s[0]
	fmla	v11.4s, v28.4s, v14.s[0]
	fmla	v9.4s, v28.4s, v13.s[0]
	fmla	v23.4s, v28.4s, v1.s[0]
	fmla	v21.4s, v28.4s, v0.s[0]
	fmla	v19.4s, v28.4s, v3.s[0]
	fmla	v17.4s, v28.4s, v2.s[0]
	fmla	v7.4s, v28.4s, v12.s[0]
	fmla	v4.4s, v29.4s, v15.s[0]
	fmla	v10.4s, v29.4s, v14.s[0]
	fmla	v8.4s, v29.4s, v13.s[0]
	fmla	v22.4s, v29.4s, v1.s[0]
	fmla	v20.4s, v29.4s, v0.s[0]
	fmla	v18.4s, v29.4s, v3.s[0]
	fmla	v16.4s, v29.4s, v2.s[0]
	fmla	v6.4s, v29.4s, v12.s[0]
	fmla	v5.4s, v30.4s, v15.s[1]
	fmla	v11.4s, v30.4s, v14.s[1]
	fmla	v9.4s, v30.4s, v13.s[1]
	fmla	v23.4s, v30.4s, v1.s[1]
	fmla	v21.4s, v30.4s, v0.s[1]
	fmla	v19.4s, v30.4s, v3.s[1]
	fmla	v17.4s, v30.4s, v2.s[1]
	fmla	v7.4s, v30.4s, v12.s[1]
	fmla	v4.4s, v31.4s, v15.s[1]
	fmla	v10.4s, v31.4s, v14.s[1]
	fmla	v8.4s, v31.4s, v13.s[1]
	fmla	v22.4s, v31.4s, v1.s[1]
	fmla	v20.4s, v31.4s, v0.s[1]
	fmla	v18.4s, v31.4s, v3.s[1]
	fmla	v16.4s, v31.4s, v2.s[1]
	fmla	v6.4s, v31.4s, v12.s[1]
	fmla	v5.4s, v24.4s, v15.s[2]
	fmla	v11.4s, v24.4s, v14.s[2]
	fmla	v9.4s, v24.4s, v13.s[2]
	fmla	v23.4s, v24.4s, v1.s[2]
	fmla	v21.4s, v24.4s, v0.s[2]
	fmla	v19.4s, v24.4s, v3.s[2]
	fmla	v17.4s, v24.4s, v2.s[2]
	fmla	v7.4s, v24.4s, v12.s[2]
	fmla	v4.4s, v25.4s, v15.s[2]
	fmla	v10.4s, v25.4s, v14.s[2]
	fmla	v8.4s, v25.4s, v13.s[2]
	fmla	v22.4s, v25.4s, v1.s[2]
	fmla	v20.4s, v25.4s, v0.s[2]
	fmla	v18.4s, v25.4s, v3.s[2]
	fmla	v16.4s, v25.4s, v2.s[2]
	fmla	v6.4s, v25.4s, v12.s[2]
	fmla	v5.4s, v26.4s, v15.s[3]
	fmla	v11.4s, v26.4s, v14.s[3]
	fmla	v9.4s, v26.4s, v13.s[3]
	fmla	v23.4s, v26.4s, v1.s[3]
	fmla	v21.4s, v26.4s, v0.s[3]
	fmla	v19.4s, v26.4s, v3.s[3]
	fmla	v17.4s, v26.4s, v2.s[3]
	fmla	v7.4s, v26.4s, v12.s[3]
	fmla	v4.4s, v27.4s, v15.s[3]
	fmla	v10.4s, v27.4s, v14.s[3]
	fmla	v8.4s, v27.4s, v13.s[3]
	fmla	v22.4s, v27.4s, v1.s[3]
	fmla	v20.4s, v27.4s, v0.s[3]
	fmla	v18.4s, v27.4s, v3.s[3]
	fmla	v16.4s, v27.4s, v2.s[3]
	fmla	v6.4s, v27.4s, v12.s[3]
	ld1	{ v24.4s, v25.4s, v26.4s, v27.4s }, [x14]
	ldr	q1, [x28, #2704]
	ldr	q0, [x30, #2704]
	ldr	q3, [x28, #2752]
	ldr	q2, [x30, #2752]
	ldr	q15, [x28, #2800]
	ldr	q14, [x30, #2800]
	ldr	q13, [x28, #2848]
	ldr	q12, [x30, #2848]
	ld1	{ v28.4s, v29.4s, v30.4s, v31.4s }, [x17]
	fmla	v5.4s, v24.4s, v1.s[0]
	fmla	v11.4s, v24.4s, v0.s[0]
	fmla	v9.4s, v24.4s, v3.s[0]
	fmla	v23.4s, v24.4s, v2.s[0]
	fmla	v21.4s, v24.4s, v15.s[0]
	fmla	v19.4s, v24.4s, v14.s[0]
	fmla	v17.4s, v24.4s, v13.s[0]
	fmla	v7.4s, v24.4s, v12.s[0]
	fmla	v4.4s, v25.4s, v1.s[0]
	fmla	v10.4s, v25.4s, v0.s[0]
	fmla	v8.4s, v25.4s, v3.s[0]
	fmla	v22.4s, v25.4s, v2.s[0]
	fmla	v20.4s, v25.4s, v15.s[0]
	fmla	v18.4s, v25.4s, v14.s[0]
	fmla	v16.4s, v25.4s, v13.s[0]
	fmla	v6.4s, v25.4s, v12.s[0]
	fmla	v5.4s, v26.4s, v1.s[1]
	fmla	v11.4s, v26.4s, v0.s[1]
	fmla	v9.4s, v26.4s, v3.s[1]
	fmla	v23.4s, v26.4s, v2.s[1]
	fmla	v21.4s, v26.4s, v15.s[1]
	fmla	v19.4s, v26.4s, v14.s[1]
	fmla	v17.4s, v26.4s, v13.s[1]
	fmla	v7.4s, v26.4s, v12.s[1]
	fmla	v4.4s, v27.4s, v1.s[1]
	fmla	v10.4s, v27.4s, v0.s[1]
	fmla	v8.4s, v27.4s, v3.s[1]
	fmla	v22.4s, v27.4s, v2.s[1]
	fmla	v20.4s, v27.4s, v15.s[1]
	fmla	v18.4s, v27.4s, v14.s[1]
	fmla	v16.4s, v27.4s, v13.s[1]
	fmla	v6.4s, v27.4s, v12.s[1]
	fmla	v5.4s, v28.4s, v1.s[2]
	fmla	v11.4s, v28.4s, v0.s[2]
	fmla	v9.4s, v28.4s, v3.s[2]
	fmla	v23.4s, v28.4s, v2.s[2]
	fmla	v21.4s, v28.4s, v15.s[2]
	fmla	v19.4s, v28.4s, v14.s[2]
	fmla	v17.4s, v28.4s, v13.s[2]
	fmla	v7.4s, v28.4s, v12.s[2]
	fmla	v4.4s, v29.4s, v1.s[2]
	ld1	{ v24.4s, v25.4s, v26.4s, v27.4s }, [x29]
	fmla	v10.4s, v29.4s, v0.s[2]
	fmla	v8.4s, v29.4s, v3.s[2]
	fmla	v22.4s, v29.4s, v2.s[2]
	fmla	v20.4s, v29.4s, v15.s[2]
	fmla	v18.4s, v29.4s, v14.s[2]
	fmla	v16.4s, v29.4s, v13.s[2]
	fmla	v6.4s, v29.4s, v12.s[2]
	fmla	v5.4s, v24.4s, v1.s[3]
	fmla	v11.4s, v24.4s, v0.s[3]
	fmla	v9.4s, v24.4s, v3.s[3]
	fmla	v23.4s, v24.4s, v2.s[3]
	fmla	v21.4s, v24.4s, v15.s[3]
	fmla	v19.4s, v24.4s, v14.s[3]
	fmla	v17.4s, v24.4s, v13.s[3]
	fmla	v7.4s, v24.4s, v12.s[3]
	fmla	v4.4s, v25.4s, v1.s[3]
	fmla	v10.4s, v25.4s, v0.s[3]
	fmla	v8.4s, v25.4s, v3.s[3]
	fmla	v22.4s, v25.4s, v2.s[3]
	fmla	v20.4s, v25.4s, v15.s[3]
	fmla	v18.4s, v25.4s, v14.s[3]
	fmla	v16.4s, v25.4s, v13.s[3]
	fmla	v6.4s, v25.4s, v12.s[3]
	ldr	s0, [x28, #2720]
	ldr	s1, [x28, #2744]
	ldr	s2, [x28, #2768]
	ldr	s3, [x28, #2792]
	ldr	s24, [x28, #2816]
	ldr	s25, [x28, #2840]
	ldr	s28, [x28, #2864]
	ldr	s29, [x28, #2888]
	fmla	v5.4s, v26.4s, v0.s[0]
	fmla	v11.4s, v26.4s, v1.s[0]
	fmla	v9.4s, v26.4s, v2.s[0]
	fmla	v23.4s, v26.4s, v3.s[0]
	fmla	v21.4s, v26.4s, v24.s[0]
	fmla	v19.4s, v26.4s, v25.s[0]
	fmla	v17.4s, v26.4s, v28.s[0]
	fmla	v7.4s, v26.4s, v29.s[0]
	fmla	v4.4s, v27.4s, v0.s[0]
	fmla	v10.4s, v27.4s, v1.s[0]
	fmla	v8.4s, v27.4s, v2.s[0]
	fmla	v22.4s, v27.4s, v3.s[0]
	fmla	v20.4s, v27.4s, v24.s[0]
	fmla	v18.4s, v27.4s, v25.s[0]
	fmla	v16.4s, v27.4s, v28.s[0]
	fmla	v6.4s, v27.4s, v29.s[0]
	ld1	{ v28.4s, v29.4s, v30.4s, v31.4s }, [x2]
// LLVM-MCA-END convolution_8x8

// 7 pixels x 8 channels of 9 inputs, a kernel row of 3 channels: 126 fma, 39 registers loaded.
// LLVM-MCA-BEGIN convolution_7x8
	ld1	{ v28.4s, v29.4s, v30.4s, v31.4s }, [x8]
	ldr	q14, [x0, #0]
	ldr	q15, [x0, #16]
	ldr	q16, [x0, #32]
	ldr	q17, [x0, #48]
	ldr	q18, [x0, #64]
	ldr	q19, [x0, #80]
	ldr	q20, [x0, #96]
	ld1	{ v24.4s, v25.4s, v26.4s, v27.4s }, [x9]
	fmla	v0.4s, v28.4s, v14.s[0]
	fmla	v1.4s, v29.4s, v14.s[0]
	fmla	v2.4s, v28.4s, v15.s[0]
	fmla	v3.4s, v29.4s, v15.s[0]
	fmla	v4.4s, v28.4s, v16.s[0]
	fmla	v5.4s, v29.4s, v16.s[0]
	fmla	v6.4s, v28.4s, v17.s[0]
	fmla	v7.4s, v29.4s, v17.s[0]
	fmla	v8.4s, v28.4s, v18.s[0]
	fmla	v9.4s, v29.4s, v18.s[0]
	fmla	v10.4s, v28.4s, v19.s[0]
	fmla	v11.4s, v29.4s, v19.s[0]
	fmla	v12.4s, v28.4s, v20.s[0]
	fmla	v13.4s, v29.4s, v20.s[0]
	fmla	v0.4s, v30.4s, v14.s[1]
	fmla	v1.4s, v31.4s, v14.s[1]
	fmla	v2.4s, v30.4s, v15.s[1]
	fmla	v3.4s, v31.4s, v15.s[1]
	fmla	v4.4s, v30.4s, v16.s[1]
	fmla	v5.4s, v31.4s, v16.s[1]
	fmla	v6.4s, v30.4s, v17.s[1]
	fmla	v7.4s, v31.4s, v17.s[1]
	fmla	v8.4s, v30.4s, v18.s[1]
	fmla	v9.4s, v31.4s, v18.s[1]
	fmla	v10.4s, v30.4s, v19.s[1]
	fmla	v11.4s, v31.4s, v19.s[1]
	fmla	v12.4s, v30.4s, v20.s[1]
	fmla	v13.4s, v31.4s, v20.s[1]
	fmla	v0.4s, v24.4s, v14.s[2]
	fmla	v1.4s, v25.4s, v14.s[2]
	fmla	v2.4s, v24.4s, v15.s[2]
	fmla	v3.4s, v25.4s, v15.s[2]
	fmla	v4.4s, v24.4s, v16.s[2]
	fmla	v5.4s, v25.4s, v16.s[2]
	fmla	v6.4s, v24.4s, v17.s[2]
	fmla	v7.4s, v25.4s, v17.s[2]
	fmla	v8.4s, v24.4s, v18.s[2]
	fmla	v9.4s, v25.4s, v18.s[2]
	fmla	v10.4s, v24.4s, v19.s[2]
	fmla	v11.4s, v25.4s, v19.s[2]
	fmla	v12.4s, v24.4s, v20.s[2]
	fmla	v13.4s, v25.4s, v20.s[2]
	fmla	v0.4s, v26.4s, v14.s[3]
	fmla	v1.4s, v27.4s, v14.s[3]
	fmla	v2.4s, v26.4s, v15.s[3]
	fmla	v3.4s, v27.4s, v15.s[3]
	fmla	v4.4s, v26.4s, v16.s[3]
	fmla	v5.4s, v27.4s, v16.s[3]
	fmla	v6.4s, v26.4s, v17.s[3]
	fmla	v7.4s, v27.4s, v17.s[3]
	fmla	v8.4s, v26.4s, v18.s[3]
	fmla	v9.4s, v27.4s, v18.s[3]
	fmla	v10.4s, v26.4s, v19.s[3]
	fmla	v11.4s, v27.4s, v19.s[3]
	fmla	v12.4s, v26.4s, v20.s[3]
	fmla	v13.4s, v27.4s, v20.s[3]
	ld1	{ v24.4s, v25.4s, v26.4s, v27.4s }, [x10]
	ldr	q20, [x0, #256]
	ldr	q19, [x0, #272]
	ldr	q18, [x0, #288]
	ldr	q17, [x0, #304]
	ldr	q16, [x0, #320]
	ldr	q15, [x0, #336]
	ldr	q14, [x0, #352]
	ld1	{ v28.4s, v29.4s, v30.4s, v31.4s }, [x11]
	fmla	v0.4s, v24.4s, v20.s[0]
	fmla	v1.4s, v25.4s, v20.s[0]
	fmla	v2.4s, v24.4s, v19.s[0]
	fmla	v3.4s, v25.4s, v19.s[0]
	fmla	v4.4s, v24.4s, v18.s[0]
	fmla	v5.4s, v25.4s, v18.s[0]
	fmla	v6.4s, v24.4s, v17.s[0]
	fmla	v7.4s, v25.4s, v17.s[0]
	fmla	v8.4s, v24.4s, v16.s[0]
	fmla	v9.4s, v25.4s, v16.s[0]
	fmla	v10.4s, v24.4s, v15.s[0]
	fmla	v11.4s, v25.4s, v15.s[0]
	fmla	v12.4s, v24.4s, v14.s[0]
	fmla	v13.4s, v25.4s, v14.s[0]
	fmla	v0.4s, v26.4s, v20.s[1]
	fmla	v1.4s, v27.4s, v20.s[1]
	fmla	v2.4s, v26.4s, v19.s[1]
	fmla	v3.4s, v27.4s, v19.s[1]
	fmla	v4.4s, v26.4s, v18.s[1]
	fmla	v5.4s, v27.4s, v18.s[1]
	fmla	v6.4s, v26.4s, v17.s[1]
	fmla	v7.4s, v27.4s, v17.s[1]
	fmla	v8.4s, v26.4s, v16.s[1]
	fmla	v9.4s, v27.4s, v16.s[1]
	fmla	v10.4s, v26.4s, v15.s[1]
	fmla	v11.4s, v27.4s, v15.s[1]
	fmla	v12.4s, v26.4s, v14.s[1]
	fmla	v13.4s, v27.4s, v14.s[1]
	fmla	v0.4s, v28.4s, v20.s[2]
	fmla	v1.4s, v29.4s, v20.s[2]
	fmla	v2.4s, v28.4s, v19.s[2]
	fmla	v3.4s, v29.4s, v19.s[2]
	fmla	v4.4s, v28.4s, v18.s[2]
	fmla	v5.4s, v29.4s, v18.s[2]
	fmla	v6.4s, v28.4s, v17.s[2]
	fmla	v7.4s, v29.4s, v17.s[2]
	fmla	v8.4s, v28.4s, v16.s[2]
	fmla	v9.4s, v29.4s, v16.s[2]
	fmla	v10.4s, v28.4s, v15.s[2]
	fmla	v11.4s, v29.4s, v15.s[2]
	fmla	v12.4s, v28.4s, v14.s[2]
	fmla	v13.4s, v29.4s, v14.s[2]
	fmla	v0.4s, v30.4s, v20.s[3]
	fmla	v1.4s, v31.4s, v20.s[3]
	fmla	v2.4s, v30.4s, v19.s[3]
	fmla	v3.4s, v31.4s, v19.s[3]
	fmla	v4.4s, v30.4s, v18.s[3]
	fmla	v5.4s, v31.4s, v18.s[3]
	fmla	v6.4s, v30.4s, v17.s[3]
	fmla	v7.4s, v31.4s, v17.s[3]
	fmla	v8.4s, v30.4s, v16.s[3]
	fmla	v9.4s, v31.4s, v16.s[3]
	ld1	{ v24.4s, v25.4s }, [x12]
	ldr	s16, [x0, #1024]
	ldr	s17, [x0, #1028]
	ldr	s18, [x0, #1032]
	ldr	s19, [x0, #1036]
	ldr	s20, [x0, #1040]
	ldr	s26, [x0, #1044]
	ldr	s27, [x0, #1048]
	fmla	v10.4s, v30.4s, v15.s[3]
	fmla	v11.4s, v31.4s, v15.s[3]
	fmla	v12.4s, v30.4s, v14.s[3]
	fmla	v13.4s, v31.4s, v14.s[3]
	fmla	v0.4s, v24.4s, v16.s[0]
	fmla	v1.4s, v25.4s, v16.s[0]
	fmla	v2.4s, v24.4s, v17.s[0]
	fmla	v3.4s, v25.4s, v17.s[0]
	fmla	v4.4s, v24.4s, v18.s[0]
	fmla	v5.4s, v25.4s, v18.s[0]
	fmla	v6.4s, v24.4s, v19.s[0]
	fmla	v7.4s, v25.4s, v19.s[0]
	fmla	v8.4s, v24.4s, v20.s[0]
	fmla	v9.4s, v25.4s, v20.s[0]
	fmla	v10.4s, v24.4s, v26.s[0]
	fmla	v11.4s, v25.4s, v26.s[0]
	fmla	v12.4s, v24.4s, v27.s[0]
	fmla	v13.4s, v25.4s, v27.s[0]
// LLVM-MCA-END convolution_7x8

// 10 columns of a depthwise convolution with stride 2, one row of 3 taps: 30 fma, 24 registers loaded.
// LLVM-MCA-BEGIN depthwise_10x4
	ldr	q21, [x4, #2080]
	ldr	q22, [x4, #2048]
	ldr	q23, [x4, #2016]
	ldr	q24, [x4, #1984]
	ldr	q25, [x4, #1952]
	ldr	q30, [x4, #1792]
	ldr	q31, [x22, #48]
	ldr	q29, [x4, #1824]
	ldr	q28, [x4, #1856]
	ldr	q27, [x4, #1888]
	ldr	q26, [x4, #1920]
	fmla	v7.4s, v31.4s, v30.4s
	fmla	v20.4s, v31.4s, v29.4s
	fmla	v19.4s, v31.4s, v28.4s
	fmla	v18.4s, v31.4s, v27.4s
	fmla	v17.4s, v31.4s, v26.4s
	fmla	v16.4s, v31.4s, v25.4s
	fmla	v6.4s, v31.4s, v24.4s
	fmla	v5.4s, v31.4s, v23.4s
	fmla	v4.4s, v31.4s, v22.4s
	fmla	v3.4s, v31.4s, v21.4s
	ldr	q30, [x4, #2112]
	ldr	q31, [x22, #80]
	ldr	q8, [x4, #2096]
	ldr	q9, [x4, #2064]
	ldr	q10, [x4, #2032]
	ldr	q11, [x4, #2000]
	ldr	q12, [x4, #1968]
	ldr	q13, [x4, #1936]
	ldr	q14, [x4, #1904]
	ldr	q15, [x4, #1808]
	ldr	q0, [x22, #64]
	ldr	q1, [x4, #1840]
	ldr	q2, [x4, #1872]
	fmla	v7.4s, v0.4s, v15.4s
	fmla	v20.4s, v0.4s, v1.4s
	fmla	v19.4s, v0.4s, v2.4s
	fmla	v18.4s, v0.4s, v14.4s
	fmla	v17.4s, v0.4s, v13.4s
	fmla	v16.4s, v0.4s, v12.4s
	fmla	v6.4s, v0.4s, v11.4s
	fmla	v5.4s, v0.4s, v10.4s
	fmla	v4.4s, v0.4s, v9.4s
	fmla	v3.4s, v0.4s, v8.4s
	fmla	v7.4s, v31.4s, v29.4s
	fmla	v20.4s, v31.4s, v28.4s
	fmla	v19.4s, v31.4s, v27.4s
	fmla	v18.4s, v31.4s, v26.4s
	fmla	v17.4s, v31.4s, v25.4s
	fmla	v16.4s, v31.4s, v24.4s
	fmla	v6.4s, v31.4s, v23.4s
	fmla	v5.4s, v31.4s, v22.4s
	fmla	v4.4s, v31.4s, v21.4s
	fmla	v3.4s, v31.4s, v30.4s
// LLVM-MCA-END depthwise_10x4

// 9 columns of a depthwise convolution with stride 2, one row of 3 taps: 27 fma, 22 registers loaded.
// LLVM-MCA-BEGIN depthwise_9x4
	ldr	q20, [x4, #2080]
	ldr	q21, [x22, #80]
	ldr	q24, [x4, #2064]
	ldr	q26, [x4, #2032]
	ldr	q28, [x4, #2000]
	ldr	q30, [x4, #1968]
	ldr	q0, [x4, #1936]
	ldr	q1, [x4, #1904]
	ldr	q9, [x4, #1872]
	ldr	q10, [x4, #1840]
	ldr	q11, [x4, #1808]
	ldr	q31, [x22, #64]
	ldr	q22, [x4, #2048]
	ldr	q23, [x4, #2016]
	ldr	q25, [x4, #1984]
	ldr	q27, [x4, #1952]
	ldr	q29, [x4, #1920]
	ldr	q8, [x4, #1888]
	ldr	q12, [x4, #1792]
	ldr	q13, [x22, #48]
	ldr	q14, [x4, #1824]
	ldr	q15, [x4, #1856]
	fmla	v7.4s, v13.4s, v12.4s
	fmla	v19.4s, v13.4s, v14.4s
	fmla	v18.4s, v13.4s, v15.4s
	fmla	v17.4s, v13.4s, v8.4s
	fmla	v16.4s, v13.4s, v29.4s
	fmla	v6.4s, v13.4s, v27.4s
	fmla	v5.4s, v13.4s, v25.4s
	fmla	v4.4s, v13.4s, v23.4s
	fmla	v3.4s, v13.4s, v22.4s
	fmla	v7.4s, v31.4s, v11.4s
	fmla	v19.4s, v31.4s, v10.4s
	fmla	v18.4s, v31.4s, v9.4s
	fmla	v17.4s, v31.4s, v1.4s
	fmla	v16.4s, v31.4s, v0.4s
	fmla	v6.4s, v31.4s, v30.4s
	fmla	v5.4s, v31.4s, v28.4s
	fmla	v4.4s, v31.4s, v26.4s
	fmla	v3.4s, v31.4s, v24.4s
	fmla	v7.4s, v21.4s, v14.4s
	fmla	v19.4s, v21.4s, v15.4s
	fmla	v18.4s, v21.4s, v8.4s
	fmla	v17.4s, v21.4s, v29.4s
	fmla	v16.4s, v21.4s, v27.4s
	fmla	v6.4s, v21.4s, v25.4s
	fmla	v5.4s, v21.4s, v23.4s
	fmla	v4.4s, v21.4s, v22.4s
	fmla	v3.4s, v21.4s, v20.4s
// LLVM-MCA-END depthwise_9x4

// the same at the left border, where the first column has 2 taps: 26 fma, 21 registers loaded.
// LLVM-MCA-BEGIN depthwise_9x4_border
	ldr	q19, [x12, #80]
	ldr	q22, [x4, #2064]
	ldr	q24, [x4, #2032]
	ldr	q26, [x4, #2000]
	ldr	q28, [x4, #1968]
	ldr	q0, [x4, #1936]
	ldr	q1, [x4, #1904]
	ldr	q31, [x4, #1872]
	ldr	q8, [x4, #1840]
	ldr	q9, [x4, #1808]
	ldr	q29, [x12, #64]
	ldr	q20, [x4, #2048]
	ldr	q21, [x4, #2016]
	ldr	q23, [x4, #1984]
	ldr	q25, [x4, #1952]
	ldr	q27, [x4, #1920]
	ldr	q30, [x4, #1888]
	ldr	q10, [x4, #1792]
	ldr	q11, [x12, #48]
	ldr	q12, [x4, #1824]
	ldr	q13, [x4, #1856]
	fmla	v5.4s, v11.4s, v10.4s
	fmla	v18.4s, v11.4s, v12.4s
	fmla	v17.4s, v11.4s, v13.4s
	fmla	v16.4s, v11.4s, v30.4s
	fmla	v7.4s, v11.4s, v27.4s
	fmla	v6.4s, v11.4s, v25.4s
	fmla	v4.4s, v11.4s, v23.4s
	fmla	v3.4s, v11.4s, v21.4s
	fmla	v2.4s, v11.4s, v20.4s
	fmla	v5.4s, v29.4s, v9.4s
	fmla	v18.4s, v29.4s, v8.4s
	fmla	v17.4s, v29.4s, v31.4s
	fmla	v16.4s, v29.4s, v1.4s
	fmla	v7.4s, v29.4s, v0.4s
	fmla	v6.4s, v29.4s, v28.4s
	fmla	v4.4s, v29.4s, v26.4s
	fmla	v3.4s, v29.4s, v24.4s
	fmla	v2.4s, v29.4s, v22.4s
	fmla	v5.4s, v19.4s, v12.4s
	fmla	v18.4s, v19.4s, v13.4s
	fmla	v17.4s, v19.4s, v30.4s
	fmla	v16.4s, v19.4s, v27.4s
	fmla	v7.4s, v19.4s, v25.4s
	fmla	v6.4s, v19.4s, v23.4s
	fmla	v4.4s, v19.4s, v21.4s
	fmla	v3.4s, v19.4s, v20.4s
// LLVM-MCA-END depthwise_9x4_border

// 1 pixel x 8 channels of 3 input channels that lie one by one: 6 fma, 9 registers loaded.
// LLVM-MCA-BEGIN convolution_1x8
	ldr	q5, [x1, #32]
	ldr	s6, [x0, #28]
	ldr	q7, [x1, #48]
	fmla	v0.4s, v2.4s, v3.s[0]
	fmla	v1.4s, v4.4s, v3.s[0]
	ldr	q8, [x1, #64]
	ldr	s9, [x0, #32]
	ldr	q10, [x1, #80]
	fmla	v0.4s, v5.4s, v6.s[0]
	fmla	v1.4s, v7.4s, v6.s[0]
	ldr	q2, [x1, #0]
	ldr	s3, [x0, #24]
	ldr	q4, [x1, #16]
	fmla	v0.4s, v8.4s, v9.s[0]
	fmla	v1.4s, v10.4s, v9.s[0]
// LLVM-MCA-END convolution_1x8

// Exponentials of 8 vectors and their sum, for softmax: 72 fma. v24 holds the factors, v25 1.5 * 2^23, v27 -87, s26 the sum.
// Nothing is above the largest value, so no exponent is clamped from above. Factors come from lanes; what an fma adds to
// comes by ld4r, four copies at once, which takes no turn of the arithmetic. So do lanes of the powers that were stored
// before, which a chain of fadd adds, 6 cycles each. Fma stand by fours, and arithmetic by fours between: each change
// from fma to arithmetic waits 4 cycles. Two groups of four vectors are half a turn apart.
// LLVM-MCA-BEGIN softmax
	fmul	v20.4s, v4.4s, v4.4s
	fadd	s26, s26, s30
	fmla	v17.4s, v21.4s, v5.4s
	fmla	v18.4s, v22.4s, v6.4s
	fmul	v22.4s, v6.4s, v6.4s
	fadd	s26, s26, s28
	ld4r	{ v28.4s, v29.4s, v30.4s, v31.4s }, [x2]
	fmul	v21.4s, v5.4s, v5.4s
	fmul	v23.4s, v7.4s, v7.4s
	fmla	v4.4s, v16.4s, v20.4s
	fmla	v8.4s, v0.4s, v24.s[0]
	fmla	v10.4s, v2.4s, v24.s[0]
	fmla	v11.4s, v3.4s, v24.s[0]
	fmla	v6.4s, v18.4s, v22.4s
	fmla	v5.4s, v17.4s, v21.4s
	fmla	v7.4s, v19.4s, v23.4s
	fadd	s26, s26, s28
	ld1r	{ v28.4s }, [x3]
	ld1r	{ v16.4s }, [x10]
	fsub	v21.4s, v9.4s, v25.4s
	fsub	v22.4s, v10.4s, v25.4s
	fsub	v23.4s, v11.4s, v25.4s
	fadd	s26, s26, s29
	fsub	v20.4s, v8.4s, v25.4s
	fadd	v7.4s, v7.4s, v16.4s
	fadd	v6.4s, v6.4s, v16.4s
	fadd	v5.4s, v5.4s, v16.4s
	fadd	v4.4s, v4.4s, v16.4s
	fadd	s26, s26, s30
	fmla	v1.4s, v21.4s, v24.s[1]
	fmla	v3.4s, v23.4s, v24.s[1]
	fmla	v2.4s, v22.4s, v24.s[1]
	fmla	v0.4s, v20.4s, v24.s[1]
	fadd	s26, s26, s31
	ld3r	{ v29.4s, v30.4s, v31.4s }, [x2]
	add	v6.4s, v14.4s, v6.4s
	add	v7.4s, v15.4s, v7.4s
	add	v5.4s, v13.4s, v5.4s
	ld4r	{ v16.4s, v17.4s, v18.4s, v19.4s }, [x5]
	add	v4.4s, v12.4s, v4.4s
	fadd	s26, s26, s29
	fmla	v1.4s, v21.4s, v24.s[2]
	fmla	v0.4s, v20.4s, v24.s[2]
	fmla	v3.4s, v23.4s, v24.s[2]
	fmla	v2.4s, v22.4s, v24.s[2]
	st1	{ v4.4s, v5.4s, v6.4s, v7.4s }, [x1]
	fadd	s26, s26, s30
	ldr	s29, [x2, #12]
	ld1	{ v4.4s, v5.4s, v6.4s, v7.4s }, [x0]
	fmla	v17.4s, v1.4s, v24.s[3]
	fmla	v19.4s, v3.4s, v24.s[3]
	fmla	v16.4s, v0.4s, v24.s[3]
	fmla	v18.4s, v2.4s, v24.s[3]
	fadd	s26, s26, s31
	ld4r	{ v20.4s, v21.4s, v22.4s, v23.4s }, [x6]
	shl	v11.4s, v11.4s, #23
	fsub	v7.4s, v7.4s, v28.4s
	fsub	v4.4s, v4.4s, v28.4s
	fsub	v5.4s, v5.4s, v28.4s
	fsub	v6.4s, v6.4s, v28.4s
	fadd	s26, s26, s29
	ld4r	{ v28.4s, v29.4s, v30.4s, v31.4s }, [x2]
	fmla	v21.4s, v17.4s, v1.4s
	fmla	v23.4s, v19.4s, v3.4s
	fmla	v20.4s, v16.4s, v0.4s
	fmla	v22.4s, v18.4s, v2.4s
	fadd	s26, s26, s28
	ld4r	{ v16.4s, v17.4s, v18.4s, v19.4s }, [x7]
	shl	v10.4s, v10.4s, #23
	fmaxnm	v4.4s, v4.4s, v27.4s
	shl	v8.4s, v8.4s, #23
	ld4r	{ v12.4s, v13.4s, v14.4s, v15.4s }, [x4]
	fadd	s26, s26, s29
	fmla	v19.4s, v23.4s, v3.4s
	fmla	v16.4s, v20.4s, v0.4s
	fmla	v18.4s, v22.4s, v2.4s
	fmla	v17.4s, v21.4s, v1.4s
	fadd	s26, s26, s30
	ld4r	{ v20.4s, v21.4s, v22.4s, v23.4s }, [x8]
	fmaxnm	v6.4s, v6.4s, v27.4s
	fmaxnm	v7.4s, v7.4s, v27.4s
	fmaxnm	v5.4s, v5.4s, v27.4s
	ld3r	{ v28.4s, v29.4s, v30.4s }, [x2]
	fadd	s26, s26, s31
	fmla	v22.4s, v18.4s, v2.4s
	fmla	v20.4s, v16.4s, v0.4s
	fmla	v23.4s, v19.4s, v3.4s
	fmla	v21.4s, v17.4s, v1.4s
	fadd	s26, s26, s28
	ld4r	{ v16.4s, v17.4s, v18.4s, v19.4s }, [x9]
	fmla	v14.4s, v6.4s, v24.s[0]
	fmla	v15.4s, v7.4s, v24.s[0]
	fadd	s26, s26, s29
	fmla	v19.4s, v23.4s, v3.4s
	fmla	v16.4s, v20.4s, v0.4s
	fmla	v18.4s, v22.4s, v2.4s
	fmla	v17.4s, v21.4s, v1.4s
	fadd	s26, s26, s30
	ldr	s28, [x2, #12]
	fmul	v22.4s, v2.4s, v2.4s
	fmul	v20.4s, v0.4s, v0.4s
	fmul	v23.4s, v3.4s, v3.4s
	fmul	v21.4s, v1.4s, v1.4s
	fadd	s26, s26, s28
	ld4r	{ v28.4s, v29.4s, v30.4s, v31.4s }, [x2]
	fmla	v12.4s, v4.4s, v24.s[0]
	fmla	v13.4s, v5.4s, v24.s[0]
	fmla	v0.4s, v16.4s, v20.4s
	fmla	v3.4s, v19.4s, v23.4s
	fmla	v2.4s, v18.4s, v22.4s
	fmla	v1.4s, v17.4s, v21.4s
	fadd	s26, s26, s28
	fsub	v20.4s, v12.4s, v25.4s
	ld1r	{ v16.4s }, [x10]
	ld1r	{ v28.4s }, [x3]
	fsub	v21.4s, v13.4s, v25.4s
	fsub	v23.4s, v15.4s, v25.4s
	fadd	s26, s26, s29
	fsub	v22.4s, v14.4s, v25.4s
	fmla	v4.4s, v20.4s, v24.s[1]
	fadd	v3.4s, v3.4s, v16.4s
	fadd	s26, s26, s30
	fmla	v5.4s, v21.4s, v24.s[1]
	fmla	v6.4s, v22.4s, v24.s[1]
	fmla	v7.4s, v23.4s, v24.s[1]
	fadd	s26, s26, s31
	ld3r	{ v29.4s, v30.4s, v31.4s }, [x2]
	add	v3.4s, v11.4s, v3.4s
	fadd	v1.4s, v1.4s, v16.4s
	fadd	v2.4s, v2.4s, v16.4s
	fadd	v0.4s, v0.4s, v16.4s
	ld4r	{ v16.4s, v17.4s, v18.4s, v19.4s }, [x5]
	shl	v9.4s, v9.4s, #23
	fadd	s26, s26, s29
	fmla	v5.4s, v21.4s, v24.s[2]
	fmla	v4.4s, v20.4s, v24.s[2]
	fmla	v6.4s, v22.4s, v24.s[2]
	fmla	v7.4s, v23.4s, v24.s[2]
	add	v2.4s, v10.4s, v2.4s
	add	v0.4s, v8.4s, v0.4s
	ld4r	{ v20.4s, v21.4s, v22.4s, v23.4s }, [x6]
	fadd	s26, s26, s30
	add	v1.4s, v9.4s, v1.4s
	fmla	v17.4s, v5.4s, v24.s[3]
	fmla	v16.4s, v4.4s, v24.s[3]
	fmla	v18.4s, v6.4s, v24.s[3]
	fmla	v19.4s, v7.4s, v24.s[3]
	fadd	s26, s26, s31
	st1	{ v0.4s, v1.4s, v2.4s, v3.4s }, [x1]
	ldr	s29, [x2, #12]
	ld1	{ v0.4s, v1.4s, v2.4s, v3.4s }, [x0]
	fmla	v20.4s, v16.4s, v4.4s
	fmla	v22.4s, v18.4s, v6.4s
	fmla	v23.4s, v19.4s, v7.4s
	fmla	v21.4s, v17.4s, v5.4s
	fsub	v1.4s, v1.4s, v28.4s
	ld4r	{ v16.4s, v17.4s, v18.4s, v19.4s }, [x7]
	fadd	s26, s26, s29
	fsub	v3.4s, v3.4s, v28.4s
	ld4r	{ v8.4s, v9.4s, v10.4s, v11.4s }, [x4]
	fsub	v0.4s, v0.4s, v28.4s
	fsub	v2.4s, v2.4s, v28.4s
	ld4r	{ v28.4s, v29.4s, v30.4s, v31.4s }, [x2]
	shl	v15.4s, v15.4s, #23
	fmaxnm	v1.4s, v1.4s, v27.4s
	fmla	v19.4s, v23.4s, v7.4s
	fadd	s26, s26, s28
	fmla	v18.4s, v22.4s, v6.4s
	fmla	v17.4s, v21.4s, v5.4s
	fmla	v16.4s, v20.4s, v4.4s
	fadd	s26, s26, s29
	shl	v14.4s, v14.4s, #23
	ld4r	{ v20.4s, v21.4s, v22.4s, v23.4s }, [x8]
	fmla	v9.4s, v1.4s, v24.s[0]
	fadd	s26, s26, s30
	ld3r	{ v28.4s, v29.4s, v30.4s }, [x2]
	fmla	v22.4s, v18.4s, v6.4s
	fmla	v23.4s, v19.4s, v7.4s
	fadd	s26, s26, s31
	fmla	v20.4s, v16.4s, v4.4s
	fmla	v21.4s, v17.4s, v5.4s
	fmaxnm	v3.4s, v3.4s, v27.4s
	ld4r	{ v16.4s, v17.4s, v18.4s, v19.4s }, [x9]
	fadd	s26, s26, s28
	shl	v12.4s, v12.4s, #23
	ldr	s28, [x2, #12]
	fmaxnm	v0.4s, v0.4s, v27.4s
	fmaxnm	v2.4s, v2.4s, v27.4s
	shl	v13.4s, v13.4s, #23
	fadd	s26, s26, s29
	fmla	v19.4s, v23.4s, v7.4s
	fmla	v16.4s, v20.4s, v4.4s
// LLVM-MCA-END softmax
